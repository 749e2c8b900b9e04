// Stories of the Boîte: live rows, keys, undo, filters, few events.

import assert from 'node:assert/strict';

import { plain } from './desk.mjs';
import { stage, until } from './stage.mjs';

const story = stage({ fill: async (world) => ({ ines: await world.phone('Inès Benali') }) });

story('with no event the list says so, and the first report appears by itself', async ({ world, given, sign }) => {
  const helene = await sign();
  await helene.page.getByText('Aucun événement à traiter.').waitFor();
  await given.ines.file('waste.bulky', { title: 'Canapés sur le trottoir', severity: 2 }, { at: '48.45,1.50' });
  await given.ines.sync();
  await helene.row('Canapés sur le trottoir').waitFor();
  assert.equal(await helene.rows().count(), 1);
  await helene.page.getByText(/^1\sévénement à traiter\s: /).waitFor();
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
  const fresh = helene.button(/1 nouve(au|l événement)/);
  assert.equal(plain(await fresh.getAttribute('title')), 'Touche N : les mettre dans la liste');
  await helene.press('n');
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
  await helene.page.getByText(`Lecture : « ${titles[0]} ».`).last().waitFor();
  await until(() => helene.chosen(), (id) => id !== first);
  await helene.button('Annuler').click();
  await helene.button('Annuler').waitFor({ state: 'detached' });
  assert.equal((await world.get(`/v1/reports/${first}`)).status, 'delivered');
  // What was taken back is shown again, unless the person went elsewhere meanwhile.
  await until(() => helene.chosen(), (id) => id === first);
  await helene.press('l');
  await until(() => helene.chosen(), (id) => id !== first);
  await helene.press('j');
  await helene.press('k');
  const elsewhere = await until(() => helene.chosen(), (id) => id && id !== first);
  await helene.press('z');
  await helene.button('Annuler').waitFor({ state: 'detached' });
  assert.equal(await helene.chosen(), elsewhere);

  await helene.press('k');
  await until(() => helene.chosen(), (id) => id === first);
  await helene.press('Enter');
  await helene.page.waitForURL(`**/evenement/${first}`);
  await helene.page.goBack();
  await until(() => helene.chosen(), (id) => id === first);
  await helene.press('l');
  await helene.page.getByText(`Lecture : « ${titles[0]} ».`).last().waitFor();
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
  await helene.page.getByText('Prise en charge : « Tag sur l’abribus ».').last().waitFor();
  await helene.row('Tag sur l’abribus').click();
  await helene.press('c');
  const dialog = helene.page.getByRole('dialog');
  await dialog.getByLabel('Motif').fill('Rappel à l’ordre fait');
  await dialog.getByRole('button', { name: 'Clore l’événement' }).click();
  await helene.page.getByText('Clôture : « Tag sur l’abribus »').last().waitFor();
  // The row stays where it is, marked closed, until the list is read again.
  await until(() => helene.row('Tag sur l’abribus').innerText(), (text) => /Clos/.test(text));
  await helene.go('/boite');
  await until(() => world.get(`/v1/reports/${id}`), ({ status }) => status === 'closed');
  await given.ines.sync();
  assert.equal((await given.ines.show(id)).status.state, 'closed');
});

story('the inbox is what is left to treat: what is closed is found by its state, by all, and by searching', async ({ world, sign }) => {
  const helene = await sign();
  await helene.rows().first().waitFor();
  const { to_treat: left } = await world.get('/v1/summary');
  const { total } = await world.get('/v1/events');
  assert.ok(left < total);
  const said = (rest) => helene.page.getByText(new RegExp(`^${rest}\\s: `)).waitFor();
  await said(`${left}\\sévénements à traiter`);
  await helene.page.getByText(new RegExp(`^Reste à traiter\\s: ${left}$`)).waitFor();
  assert.equal(await helene.rows().count(), left);
  assert.equal(await helene.row('Tag sur l’abribus').count(), 0);
  for (const screen of ['/boite', '/carte']) {
    await helene.go(screen);
    await said(`${left}\\sévénements à traiter`);
    await helene.button(/Filtres/).click();
    const dialog = helene.page.getByRole('dialog');
    await dialog.getByLabel('État').selectOption({ label: 'Clos' });
    await said('1\\sévénement');
    assert.match(helene.page.url(), /status=closed/);
    await dialog.getByLabel('État').selectOption({ label: 'Tous' });
    await said(`${total}\\sévénements, clos compris`);
    await dialog.getByLabel('État').selectOption({ label: 'À traiter' });
    await said(`${left}\\sévénements à traiter`);
    await helene.press('Escape');
    assert.equal(new URL(helene.page.url()).search, '');
  }
  await helene.go('/boite?status=closed');
  await until(() => helene.titles(), (titles) => titles.length === 1 && titles[0] === 'Tag sur l’abribus');
});

story('Back brings filters, place and selection back, from a filter and from an event', async ({ given, sign }) => {
  for (let place = 0; place < 14; place += 1) await given.ines.file('waste.bulky', { title: `Encombrants ${place}`, severity: 1 });
  await given.ines.sync();
  const helene = await sign('Hélène Marchand', { height: 640 });
  const { page } = helene;
  const top = () => page.locator('.pane').evaluate((pane) => pane.scrollTop);
  await helene.row('Encombrants').first().waitFor();
  await page.locator('.pane').hover();
  await page.mouse.wheel(0, 400);
  await until(top, (at) => at > 200);
  const rows = helene.rows().filter({ hasText: 'Encombrants' });
  await rows.nth(3).click();
  const first = await until(() => helene.chosen(), Boolean);
  const before = await top();
  assert.ok(before > 50, `${before} px`);
  await helene.press('j');
  const second = await until(() => helene.chosen(), (id) => id && id !== first);
  const stood = await top();
  await helene.press('Enter');
  await page.waitForURL(`**/evenement/${second}`);
  await helene.button('Retour').click();
  await until(() => helene.chosen(), (id) => id === second);
  await until(top, (at) => Math.abs(at - stood) < 2);

  // A filter is a step, however much is chosen in one go; Back undoes it, with the selection.
  await helene.button(/Filtres/).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Gravité').selectOption({ label: 'Grave et plus' });
  await dialog.getByLabel('Période').selectOption({ index: 1 });
  await helene.press('Escape');
  await until(() => helene.titles(), (titles) => !titles.some((title) => title.startsWith('Encombrants')));
  assert.equal(await helene.chosen(), null);
  await page.goBack();
  await until(() => helene.chosen(), (id) => id === second);
  await until(top, (at) => Math.abs(at - stood) < 2);
  assert.doesNotMatch(page.url(), /severity_min|hours/);
  // The first selection was a step, the second was not.
  await page.goBack();
  await until(() => helene.chosen(), (id) => id === null);
  assert.equal(new URL(page.url()).search, '');
  // As far down as when the row was chosen; the row itself was brought wholly into view after that.
  await until(top, (at) => Math.abs(at - before) < 100);
});

story('after the last event the end is said, and nothing moves', async ({ sign }) => {
  const helene = await sign();
  await helene.rows().first().waitFor();
  await helene.press('j');
  await until(() => helene.chosen(), Boolean);
  await helene.press('End');
  const last = await helene.rows().last().getAttribute('data-event');
  await until(() => helene.chosen(), (id) => id === last);
  await helene.press('l');
  await helene.page.getByText('Fin de la liste.').waitFor();
  // The list gives room to what says "Lu", and brings the chosen row back into view in the frame after.
  await until(() => helene.chosen(), (id) => id === last);
  await helene.press('z');
  await helene.press('k');
  await helene.page.getByText('Fin de la liste.').waitFor({ state: 'detached' });
});

story('a filter is kept in the address and said in a sentence', async ({ sign, world }) => {
  const helene = await sign();
  await helene.go('/boite?severity_min=4&hours=24');
  await helene.page.getByText(/^1\sévénement à traiter\s: /).waitFor();
  assert.deepEqual(await helene.titles(), ['Rixe place du marché']);
  const said = plain(await helene.page.getByText(/^1\sévénement à traiter\s: /).innerText());
  assert.match(said, /grave et plus/);
  assert.match(said, /24 h/);
  await helene.page.reload();
  await helene.page.getByText(/^1\sévénement à traiter\s: /).waitFor();
  assert.match(helene.page.url(), /severity_min=4/);

  await helene.page.getByText(/^1\sévénement à traiter\s: /).click();
  const dialog = helene.page.getByRole('dialog');
  // Some eighty types are listed by domain.
  const domains = await dialog.getByLabel('Type').locator('optgroup').evaluateAll((groups) => groups.map(({ label, children }) => [label, children.length]));
  assert.ok(domains.length > 3 && domains.every(([label, count]) => label && count > 0), JSON.stringify(domains));
  assert.equal(await dialog.getByLabel('Type').locator(':scope > option').count(), 1);
  await dialog.getByLabel('Lecture').selectOption({ label: 'Lus' });
  await until(() => Promise.resolve(helene.page.url()), (url) => url.includes('unread=false'));
  await dialog.getByRole('button', { name: 'Tout effacer' }).click();
  await until(() => Promise.resolve(helene.page.url()), (url) => !url.includes('unread') && !url.includes('severity_min'));
  await helene.press('Escape');
  const { total } = await world.get('/v1/events?status=open');
  await helene.page.getByText(new RegExp(`^${total}\\sévénements à traiter\\s: `)).waitFor();
});

story('a search looks through everything, opens the only one found, keeps several in the list, and is undone', async ({ sign, given }) => {
  const helene = await sign();
  const search = async (words, by = () => helene.press('/')) => {
    await by();
    await helene.page.keyboard.type(words);
    await helene.page.getByText(/Entrée ouvre le seul trouvé/).waitFor();
    await helene.press('Enter');
  };
  await helene.go('/boite?severity_min=4');
  await helene.rows().first().waitFor();
  // Closed, and under the severity asked for.
  await search('abribus');
  await helene.page.waitForURL(/\/evenement\//);
  await helene.page.getByText('Tag sur l’abribus').first().waitFor();
  await helene.page.goBack();
  await until(() => helene.titles(), (titles) => titles.length === 1 && titles[0] === 'Tag sur l’abribus');
  assert.match(helene.page.url(), /text=abribus/);
  await helene.button('Effacer la recherche').click();
  await helene.page.waitForURL(/severity_min=4$/);

  // The field has the focus since it was cleared.
  await search('bruit au', () => {});
  await until(() => helene.titles(), (titles) => titles.length === 2);
  assert.match(helene.page.url(), /\/boite\?text=bruit/);
  // Of several the first row has the focus; Escape gives the search up, and the list says so.
  const first = await helene.rows().first().getAttribute('id');
  await until(() => helene.page.evaluate(() => document.activeElement?.id), (id) => id === first);
  await helene.press('Escape');
  await helene.page.waitForURL(/severity_min=4$/);
  await helene.page.getByText('Recherche « bruit au » effacée.').waitFor();
  await search('bruit au');
  await until(() => helene.titles(), (titles) => titles.length === 2);
  assert.equal(await helene.page.getByText('Recherche « bruit au » effacée.').count(), 0);
  await helene.page.goBack();
  await helene.page.waitForURL(/severity_min=4$/);
});

story('all keys are listed with ?, from the rail and from the settings, and it is said when they are off', async ({ sign }) => {
  const helene = await sign();
  const dialog = helene.page.getByRole('dialog', { name: 'Touches du clavier' });
  await helene.press('?');
  await dialog.getByText('Lier l’événement proposé').waitFor();
  assert.equal(await dialog.getByRole('heading', { level: 3 }).count(), 4);
  // What is listed is not done while the list is open.
  await helene.press('j');
  await helene.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await helene.chosen(), null);
  await helene.button('Touches').click();
  await dialog.waitFor();
  await helene.press('Escape');

  await helene.go('/reglages');
  await helene.page.getByRole('heading', { level: 1, name: 'Réglages' }).waitFor();
  await helene.button('Voir toutes les touches').click();
  await dialog.waitFor();
  await helene.press('Escape');
  await helene.page.getByLabel('Décider au clavier').uncheck();
  await helene.page.locator('main').click();
  await helene.press('?');
  await dialog.getByText(/coupés dans les réglages/).waitFor();
  assert.equal(await dialog.getByText('Lier l’événement proposé').count(), 0);
  await dialog.getByText('Ouvrir l’événement').waitFor();
});

story('another language speaks in the list, the map’s list, what was found and the counts', async ({ sign, given }) => {
  // Without a title of its own, an event has its type's name, in the language of the page.
  await given.ines.file('road_accident', { severity: 3 });
  await given.ines.sync();
  const helene = await sign();
  await helene.row('Accident').waitFor();
  const french = await helene.row('Accident').locator('.title').innerText();
  await helene.page.getByRole('link', { name: 'Réglages' }).click();
  await helene.page.getByLabel('English').check();
  // Back to the list as it was left: not as it was said.
  await helene.page.goBack();
  await helene.page.getByText(/events? to treat: /).waitFor();
  await until(() => helene.titles(), (titles) => titles.some((title) => /^Road accident/.test(title)));
  assert.doesNotMatch(french, /^Road/);
  const english = 'Road accident';
  await helene.page.getByRole('link', { name: 'Map', exact: true }).click();
  await helene.row(english).waitFor();
  await helene.page.getByText(/events? to treat: /).waitFor();
  await helene.page.getByRole('searchbox').fill(english);
  await helene.row(english).waitFor();
  await helene.page.getByText(/closed ones too/).first().waitFor();
});

story('an event that left the person’s sight says so, and offers no act', async ({ sign, given }) => {
  const id = await given.ines.file('youth.brawl', { title: 'Bientôt ailleurs', severity: 5 });
  await given.ines.sync();
  const helene = await sign();
  await helene.row('Bientôt ailleurs').click();
  await helene.page.getByRole('toolbar').waitFor();
  // The server tells it when a report gets a home elsewhere; here its words are played.
  helene.watch.expect(/404/);
  const problem = { type: 'urn:ronde:problem:not-found', status: 404 };
  await helene.page.route(`**/v1/events/${id}`, (route) => route.fulfill({ status: 404, contentType: 'application/problem+json', json: problem }));
  const told = `id: h:1\nevent: hello\ndata: {"seq":1}\n\nid: h:2\nevent: gone\ndata: {"reports":["${id}"]}\n\n`;
  await helene.page.route('**/v1/live*', (route) => route.fulfill({ contentType: 'text/event-stream', body: told }));
  await helene.page.reload();
  await helene.page.getByText('Cet événement n’est plus dans votre périmètre.').first().waitFor();
  await helene.page.getByRole('toolbar').waitFor({ state: 'detached' });
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
