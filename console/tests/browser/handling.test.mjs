// Stories of what else a person handles: what was set aside, papers of one event.

import assert from 'node:assert/strict';

import { plain } from './desk.mjs';
import { stage, until } from './stage.mjs';

const story = stage({
  fill: async (world) => ({
    ines: await world.phone('Inès Benali'),
    samir: await world.phone('Samir Haddad'),
    nadia: await world.supervisor('Nadia Roy'),
  }),
});

story('what a revoked phone wrote is set aside, said why, and released with a reason', async ({ world, sign }) => {
  const karim = await world.phone('Karim Oudji');
  const id = await karim.file('waste.bulky', { title: 'Dépôt rue Haute', severity: 2 });
  await karim.sync();
  const { device } = await karim.ask('whoami');
  await world.ask('device', 'revoke', device);
  await karim.correct(id, { title: 'Dépôt rue Haute, suite' });
  await karim.sync().catch((refused) => refused);
  const helene = await sign();
  await helene.event(id);
  await helene.page.getByText('Envoyé par un appareil révoqué.').first().waitFor();
  await helene.button('Lever la mise à l’écart').click();
  await helene.page.getByLabel('Pourquoi la lever ?').fill('Téléphone rendu, vérifié');
  await helene.button('Lever et appliquer').click();
  await helene.page.getByText('Envoyé par un appareil révoqué.').first().waitFor({ state: 'detached' });
  await until(() => world.get(`/v1/reports/${id}`), ({ line }) => line.quarantined === 0);
  await helene.page.getByText('Dépôt rue Haute, suite').first().waitFor();
});

story('two papers of one brawl are suggested, linked as one event, and parted again', async ({ world, given, sign }) => {
  const near = { at: '48.4500,1.5000' };
  const one = await given.ines.file('youth.brawl', { title: 'Rixe vue par Inès', severity: 4, people_count: 6 }, { ...near, words: 'Six individus.' });
  const other = await given.samir.file('youth.brawl', { title: 'Rixe vue par Samir', severity: 3, people_count: 10 }, { ...near, words: 'Une dizaine.' });
  await given.ines.sync();
  await given.samir.sync();
  const helene = await sign();
  await helene.event(one);
  await helene.page.getByText('Peut-être le même événement').waitFor();
  await helene.button('Lier avec Rixe vue par Samir').click();
  await helene.button(/^Annuler : Liés/).click();
  await helene.button('Lier avec Rixe vue par Samir').click();
  await helene.page.getByText(/Liés\s: un seul événement\.\s*Part dans/).first().waitFor();
  await until(() => world.get(`/v1/events/${one}`), ({ reports }) => reports.length === 2, 15_000);
  const statements = helene.page.locator('[data-statement]');
  await until(() => statements.allInnerTexts(), (texts) => texts.length === 2);
  const [first, second] = [await statements.nth(0).boundingBox(), await statements.nth(1).boundingBox()];
  assert.ok(Math.abs(first.y - second.y) < 4 && first.x + first.width <= second.x, 'statements stand side by side');
  assert.deepEqual(await statements.allInnerTexts(), ['Six individus.', 'Une dizaine.']);
  assert.match(plain(await helene.page.locator('main').innerText()), /2 rapports, 1 événement/);

  await helene.go('/boite');
  await helene.row('Rixe vue par Inès').waitFor();
  assert.equal(await helene.row('Rixe vue par Samir').count(), 0);
  assert.match(plain(await helene.row('Rixe vue par Inès').innerText()), /2 rapports liés/);

  // What differs from one paper to the other is led to, side by side; and from there to the fact itself.
  await helene.row('Rixe vue par Inès').click();
  const differences = helene.page.getByRole('region', { name: /faits diffèrent d’un rapport à l’autre/ });
  await helene.button(/^\d+ faits diffèrent$/).click();
  assert.equal(await differences.evaluate((part) => part === document.activeElement), true);
  const people = differences.getByRole('heading', { name: /^Nombre de personnes/ }).locator('..').getByRole('listitem');
  const [six, ten] = [await people.nth(0).boundingBox(), await people.nth(1).boundingBox()];
  assert.ok(Math.abs(six.y - ten.y) < 4 && six.x + six.width <= ten.x, 'values stand side by side');
  await helene.button('Voir le rapport de Samir Haddad', people.nth(1)).click();
  await helene.page.waitForURL(/\/evenement\//);
  await until(() => helene.page.evaluate(() => document.activeElement?.textContent ?? ''), (text) => /^\s*Nombre de personnes\D*10/.test(text));

  await helene.go(`/boite?e=${other}`);
  await helene.button(/^Délier le rapport/).last().click();
  await helene.button(/^Annuler : Délié/).waitFor();
  assert.equal(await helene.page.getByText('Liés : un seul événement.').count(), 0, 'what was said of the link before is not the last word');
  await until(() => world.get(`/v1/events/${one}`), ({ reports }) => reports.length === 1, 15_000);
  // What she looks at has its row, and the focus is where she was.
  await until(() => helene.chosen(), (id) => id === other);
  const again = helene.button('Lier de nouveau').or(helene.button('Lier avec Rixe vue par Inès'));
  await again.waitFor();
  const part = () => helene.page.evaluate(() => document.activeElement?.closest('[data-part]')?.dataset.part ?? document.activeElement?.tagName);
  await until(part, (found) => found === 'links');
  // The pair is offered again, and the offer can be taken back as well.
  await again.click();
  await helene.button(/^Annuler : Liés/).click();
  await again.waitFor();
  assert.equal(await part(), 'links');
  await helene.go('/boite');
  await helene.row('Rixe vue par Samir').waitFor();
  await helene.row('Rixe vue par Inès').waitFor();
});

story('a key pressed twice links one suggestion: the next one is read first', async ({ given, sign }) => {
  const at = '48.4100,1.4300';
  const ids = [];
  for (const title of ['Rodéo vu du pont', 'Rodéo vu de la gare', 'Rodéo vu du parc']) {
    ids.push(await given.ines.file('nuisance.noise_night', { title, severity: 2 }, { at }));
  }
  await given.ines.sync();
  const helene = await sign();
  await helene.event(ids[0]);
  await helene.button(/^Lier avec/).nth(1).waitFor();
  const held = helene.button(/^Annuler : Liés/);
  await until(async () => {
    await helene.press('e');
    await helene.press('e');
    return held.count();
  }, (count) => count === 1);
  await until(async () => {
    await helene.press('e');
    return held.count();
  }, (count) => count === 2);
  await held.first().click();
  await held.nth(1).waitFor({ state: 'detached' });
  assert.equal(await helene.page.evaluate(() => document.activeElement?.tagName), 'LI', 'the focus stays where the button was');
});

story('a pair that a person said is not the same is not suggested again', async ({ world, given, sign }) => {
  const at = '48.4700,1.5300';
  const one = await given.ines.file('nuisance.noise_night', { title: 'Musique au 4', severity: 2 }, { at });
  await given.samir.file('nuisance.noise_night', { title: 'Musique au 6', severity: 2 }, { at });
  await given.ines.sync();
  await given.samir.sync();
  const helene = await sign();
  await helene.event(one);
  await helene.button('Ce n’est pas le même que Musique au 6').click();
  await until(() => world.get(`/v1/events/${one}`), ({ suggestions }) => suggestions.every(({ line }) => line.title !== 'Musique au 6'), 15_000);
  await helene.button('Lier avec Musique au 6').waitFor({ state: 'detached' });
});

/** Closes the event on screen for a reason. */
async function close(desk, reason) {
  await desk.press('c');
  const dialog = desk.page.getByRole('dialog');
  await dialog.getByLabel('Motif').fill(reason);
  await desk.button('Clore l’événement', dialog).click();
}

story('reading, taking and closing in a row leave in that order, and none of them refuses the next', async ({ world, given, sign }) => {
  const id = await given.ines.file('incivility.tag', { title: 'Tag à la suite', severity: 3 });
  await given.ines.sync();
  const helene = await sign();
  await helene.row('Tag à la suite').click();
  const act = async (key) => {
    await helene.row('Tag à la suite').click();
    await helene.press(key);
  };
  await act('l');
  await act('p');
  await helene.row('Tag à la suite').click();
  await close(helene, 'Traité sur place');
  await until(() => world.get(`/v1/reports/${id}`), ({ status }) => status === 'closed', 30_000);
  const { handling } = await world.get(`/v1/reports/${id}/history`);
  assert.deepEqual(handling.map(({ writes: [write] }) => write.what), ['read', 'assign', 'close']);
  assert.equal(await helene.page.getByText(/Refusé/).count(), 0);
});

story('two supervisors close within the same ten seconds: the second is told who did, and closes all the same or not', async ({ world, given, sign }) => {
  const id = await given.ines.file('waste.bulky', { title: 'Dépôt clos deux fois', severity: 2 });
  await given.ines.sync();
  const helene = await sign();
  const nadia = await sign('Nadia Roy');
  nadia.watch.expect(/409/);
  await Promise.all([helene.event(id), nadia.event(id)]);
  await close(helene, 'Traité sur place');
  await close(nadia, 'Sans suite');
  await until(() => world.get(`/v1/reports/${id}`), ({ status }) => status === 'closed', 20_000);
  const told = nadia.page.getByRole('alert').filter({ hasText: 'Dépôt clos deux fois' });
  await told.waitFor({ timeout: 20_000 });
  assert.match(plain(await told.innerText()), /Hélène Marchand/);
  await nadia.page.getByRole('link', { name: 'Boîte' }).first().click();
  await nadia.button('Voir', told).click();
  await nadia.page.waitForURL(/\/evenement\//);
  assert.equal((await world.get(`/v1/reports/${id}`)).lifecycle.closed.reason, 'Traité sur place');
  await nadia.button('Clore quand même', told).click();
  await until(() => world.get(`/v1/reports/${id}`), ({ lifecycle }) => lifecycle.closed.reason === 'Sans suite', 20_000);
  const { handling } = await world.get(`/v1/reports/${id}/history`);
  assert.equal(handling.filter(({ writes: [write] }) => write.what === 'close').length, 2);
});

story('an event closed as a duplicate says of which number', async ({ world, given, sign }) => {
  const at = '48.4300,1.4600';
  const one = await given.ines.file('youth.gathering', { title: 'Attroupement vu par Inès', severity: 2 }, { at });
  const other = await given.samir.file('youth.gathering', { title: 'Attroupement vu par Samir', severity: 2 }, { at });
  await given.ines.sync();
  await given.samir.sync();
  const { number } = await world.get(`/v1/reports/${other}`);
  const helene = await sign();
  await helene.event(one);
  await helene.press('c');
  const dialog = helene.page.getByRole('dialog');
  await helene.button('Doublon', dialog).click();
  await dialog.getByLabel('Numéro de l’autre événement').fill('celui d’hier');
  await helene.button('Clore l’événement', dialog).click();
  await dialog.getByText('Indiquez un numéro comme 2026-000123.').waitFor();
  await helene.button(/Attroupement vu par Samir/, dialog).click();
  assert.equal(await dialog.getByLabel('Numéro de l’autre événement').inputValue(), number);
  await helene.button('Clore l’événement', dialog).click();
  const closed = await until(() => world.get(`/v1/reports/${one}`), ({ status }) => status === 'closed', 20_000);
  assert.equal(closed.lifecycle.closed.reason, `Doublon de ${number}`);
});
