// Stories of the Boîte: live rows, keys, undo, filters, few events.

import assert from 'node:assert/strict';

import { plain } from './desk.mjs';
import { stage, until } from './stage.mjs';

const story = stage({ fill: async (world) => ({ ines: await world.phone('Inès Benali') }) });

story('with no event the list says so, and the first report appears by itself', async ({ world, given, sign }) => {
  const helene = await sign();
  await helene.page.getByText('Aucun événement ici.').waitFor();
  await given.ines.file('waste.bulky', { title: 'Canapés sur le trottoir', severity: 2 }, { at: '48.45,1.50' });
  await given.ines.sync();
  await helene.row('Canapés sur le trottoir').waitFor();
  assert.equal(await helene.rows().count(), 1);
  await helene.page.getByText(/^1\sévénement\s: /).waitFor();
  assert.equal((await world.get('/v1/events')).total, 1);
});

story('a report synchronised appears within 2 s behind "nouveaux", and the row under the pointer stays', async ({ given, sign }) => {
  for (const title of ['Bruit au 3', 'Bruit au 5']) await given.ines.file('nuisance.noise_night', { title, severity: 2 });
  await given.ines.sync();
  const helene = await sign();
  const row = helene.row('Bruit au 3');
  await row.hover();
  const box = await row.boundingBox();
  await given.ines.file('youth.brawl', { title: 'Rixe place du marché', severity: 4 }, { words: 'Deux groupes.' });
  const begun = performance.now();
  await given.ines.sync();
  await helene.button(/1 nouve(au|l événement)/).waitFor({ timeout: 4_000 });
  const took = performance.now() - begun;
  assert.ok(took <= 2_000, `${Math.round(took)} ms between the synchronisation's start and the screen`);
  assert.deepEqual(await row.boundingBox(), box);
  assert.equal(await helene.row('Rixe place du marché').count(), 0);
  await helene.button(/1 nouve(au|l événement)/).click();
  await helene.row('Rixe place du marché').waitFor();
  assert.equal((await helene.titles())[0], 'Rixe place du marché');
});

story('j, k, Enter and L decide from the keyboard, and Annuler takes the act back', async ({ world, sign }) => {
  const helene = await sign();
  await helene.rows().first().waitFor();
  const titles = await helene.titles();
  await helene.press('j');
  await until(() => helene.chosen(), Boolean);
  const first = await helene.chosen();
  await helene.press('j');
  await until(() => helene.chosen(), (id) => id && id !== first);
  await helene.press('k');
  await until(() => helene.chosen(), (id) => id === first);

  await helene.press('l');
  await helene.page.getByText(`« ${titles[0]} » lu.`).last().waitFor();
  await until(() => helene.chosen(), (id) => id !== first);
  await helene.button('Annuler').click();
  await helene.button('Annuler').waitFor({ state: 'detached' });
  assert.equal((await world.get(`/v1/reports/${first}`)).status, 'delivered');

  await helene.press('k');
  await until(() => helene.chosen(), (id) => id === first);
  await helene.press('Enter');
  await helene.page.waitForURL(`**/evenement/${first}`);
  await helene.page.goBack();
  await until(() => helene.chosen(), (id) => id === first);
  await helene.press('l');
  await helene.page.getByText(`« ${titles[0]} » lu.`).last().waitFor();
  // Leaving the page lets what is held leave.
  await helene.go('/carte');
  await until(() => world.get(`/v1/reports/${first}`), ({ status }) => status === 'read');
});

story('taking charge and closing with a reason reach the phone', async ({ world, given, sign }) => {
  const id = await given.ines.file('incivility.tag', { title: 'Tag sur l’abribus', severity: 2 });
  await given.ines.sync();
  const helene = await sign();
  await helene.row('Tag sur l’abribus').click();
  await helene.button(/Prendre/, helene.page.getByRole('toolbar')).click();
  await helene.page.getByText('« Tag sur l’abribus » pris en charge.').last().waitFor();
  await helene.row('Tag sur l’abribus').click();
  await helene.press('c');
  const dialog = helene.page.getByRole('dialog');
  await dialog.getByLabel('Motif').fill('Rappel à l’ordre fait');
  await dialog.getByRole('button', { name: 'Clore l’événement' }).click();
  await helene.page.getByText('« Tag sur l’abribus » clos').last().waitFor();
  await helene.go('/boite');
  await until(() => world.get(`/v1/reports/${id}`), ({ status }) => status === 'closed');
  await given.ines.sync();
  assert.equal((await given.ines.show(id)).status.state, 'closed');
});

story('a filter is kept in the address and said in a sentence', async ({ sign, world }) => {
  const helene = await sign();
  await helene.go('/boite?severity_min=4&hours=24');
  await helene.page.getByText(/^1\sévénement\s: /).waitFor();
  assert.deepEqual(await helene.titles(), ['Rixe place du marché']);
  const said = plain(await helene.page.getByText(/^1\sévénement\s: /).innerText());
  assert.match(said, /grave et plus/);
  assert.match(said, /24 h/);
  await helene.page.reload();
  await helene.page.getByText(/^1\sévénement\s: /).waitFor();
  assert.match(helene.page.url(), /severity_min=4/);

  await helene.page.getByText(/^1\sévénement\s: /).click();
  const dialog = helene.page.getByRole('dialog');
  await dialog.getByLabel('Lecture').selectOption({ label: 'Lus' });
  await until(() => Promise.resolve(helene.page.url()), (url) => url.includes('unread=false'));
  await dialog.getByRole('button', { name: 'Tout effacer' }).click();
  await until(() => Promise.resolve(helene.page.url()), (url) => !url.includes('unread') && !url.includes('severity_min'));
  await helene.press('Escape');
  const total = (await world.get('/v1/events')).total;
  await helene.page.getByText(new RegExp(`^${total}\\sévénements\\s: `)).waitFor();
});

story('what is searched for is in the address and in the list', async ({ sign }) => {
  const helene = await sign();
  await helene.press('/');
  await helene.page.keyboard.type('canapes');
  await helene.press('Enter');
  await until(() => helene.titles(), (titles) => titles.length === 1 && titles[0] === 'Canapés sur le trottoir');
  assert.match(helene.page.url(), /text=canapes/);
});

story('from the link to a decision with the keyboard only', async ({ world, given, sign }) => {
  const samir = await world.phone('Samir Morel');
  const id = await given.ines.file('youth.brawl', { title: 'Au clavier', severity: 5, people_count: 6 });
  await given.ines.sync();
  await samir.sync();
  await given.ines.correct(id, { people_count: 7 });
  await samir.correct(id, { people_count: 10 });
  await given.ines.sync();
  await samir.sync();
  const helene = await sign();
  helene.page.mouse.click = () => assert.fail('no pointer in this story');
  await helene.row('Au clavier').waitFor();
  await helene.press('j');
  await until(() => helene.chosen(), (chosen) => chosen === id);
  await helene.button(/^Comparer/).waitFor();
  await helene.press('d');
  await helene.divergence('facts/people_count').waitFor();
  await helene.press('2');
  await helene.decided('facts/people_count');
  await helene.press('Tab');
  const focused = await helene.page.evaluate(() => document.activeElement?.tagName);
  assert.notEqual(focused, 'BODY');
  const [settled] = (await world.get(`/v1/reports/${id}`)).divergences.filter(({ key }) => key === 'facts/people_count');
  assert.equal(settled.open, false);
});
