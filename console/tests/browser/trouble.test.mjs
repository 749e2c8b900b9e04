// Stories of trouble: the server gone, the session over. Nothing that somebody typed is lost.

import assert from 'node:assert/strict';

import { plain } from './desk.mjs';
import { stage, until } from './stage.mjs';

const story = stage({ fill: async (world) => ({ ines: await world.phone('Inès Benali') }) });

const gone = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_NETWORK|ERR_SOCKET/;

story('a server that is gone is said within 5 s, and the page heals alone', async ({ world, given, sign }) => {
  await given.ines.file('youth.brawl', { title: 'Rixe avant la coupure', severity: 4 });
  await given.ines.sync();
  const helene = await sign();
  helene.watch.expect(gone);
  await helene.row('Rixe avant la coupure').waitFor();
  const begun = performance.now();
  await world.stop();
  const banner = helene.page.getByText(/Affichage arrêté à \d\d:\d\d\./).last();
  await banner.waitFor({ timeout: 8_000 });
  const took = performance.now() - begun;
  assert.ok(took <= 5_000, `the banner came after ${Math.round(took)} ms`);
  assert.match(plain(await banner.innerText()), /votre texte est gardé/);
  assert.equal(await helene.row('Rixe avant la coupure').count(), 1, 'what was read stays on screen');

  await world.serve();
  await helene.live();
  await helene.page.getByText(/Affichage arrêté/).last().waitFor({ state: 'detached' });
  await given.ines.file('waste.bulky', { title: 'Dépôt après la coupure', severity: 2 });
  await given.ines.sync();
  await helene.button(/1\s(nouveau|nouvel événement)/).or(helene.row('Dépôt après la coupure')).first().waitFor();
});

story('what came while the server was gone is on screen when it is back', async ({ world, given, sign }) => {
  const helene = await sign();
  helene.watch.expect(gone);
  await helene.rows().first().waitFor();
  await world.stop();
  await given.ines.file('youth.brawl', { title: 'Pendant la coupure', severity: 5 });
  await helene.page.getByText(/Affichage arrêté/).last().waitFor();
  await world.serve();
  await given.ines.sync();
  await helene.live();
  const fresh = helene.button(/\d+\snouve/);
  await fresh.or(helene.row('Pendant la coupure')).first().waitFor();
  if (await fresh.isVisible()) await fresh.click();
  await helene.row('Pendant la coupure').waitFor();
});

/** The page is hidden by another tab, or shown again: what a browser without windows never does by itself. */
const look = (desk, how) =>
  desk.page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
    document.dispatchEvent(new Event('visibilitychange'));
  }, how);

story('a page that stays hidden leaves its connection to others, and is whole again when it is shown', async ({ given, sign }) => {
  await given.ines.file('incivility.tag', { title: 'Tag avant l’absence', severity: 3 });
  await given.ines.sync();
  const helene = await sign();
  await helene.row('Tag avant l’absence').waitFor();
  const live = (request) => new URL(request.url()).pathname === '/v1/live';
  const given_up = helene.page.waitForEvent('requestfailed', { predicate: live, timeout: 20_000 });
  await look(helene, 'hidden');
  await given_up;
  await given.ines.file('incivility.tag', { title: 'Tag pendant l’absence', severity: 3 });
  await given.ines.sync();
  assert.equal(await helene.page.getByText(/Affichage arrêté/).count(), 0);
  const again = helene.page.waitForRequest(live);
  const reread = [];
  helene.page.on('request', (request) => /\/v1\/events/.test(request.url()) && !/limit=1(&|$)/.test(request.url()) && reread.push(request.url()));
  await look(helene, 'visible');
  assert.ok((await again).headers()['last-event-id'], 'it goes on where it was');
  await helene.live();
  await helene.button(/\d+\snouve/).or(helene.row('Tag pendant l’absence')).first().waitFor();
  assert.equal(await helene.page.getByText(/Affichage arrêté/).count(), 0);
  assert.deepEqual(reread, [], 'nothing is read anew');
});

story('an act held when the server goes leaves when it is back', async ({ world, given, sign }) => {
  const id = await given.ines.file('incivility.tag', { title: 'Tag tenu', severity: 3 });
  await given.ines.sync();
  const helene = await sign();
  helene.watch.expect(gone);
  await helene.row('Tag tenu').click();
  await helene.press('l');
  await helene.page.getByText('Lecture : « Tag tenu ».').last().waitFor();
  await world.stop();
  await helene.page.getByText(/Affichage arrêté/).last().waitFor();
  await world.serve();
  await until(() => world.get(`/v1/reports/${id}`), ({ status }) => status === 'read', 30_000);
});

story('a session that ends while a reason is typed loses nothing: the text is there after a new link', async ({ world, given, sign }) => {
  await given.ines.file('youth.brawl', { title: 'Rixe à clore', severity: 4 });
  await given.ines.sync();
  const helene = await sign();
  helene.watch.expect(/401/);
  await helene.row('Rixe à clore').click();
  await helene.press('c');
  const dialog = helene.page.getByRole('dialog');
  const reason = 'Rappel à l’ordre fait par la brigade, deux personnes';
  await dialog.getByLabel('Motif').fill(reason);
  // The same browser signs out in another tab.
  const tab = await helene.page.context().newPage();
  await tab.goto(`${world.address}/boite`);
  await tab.evaluate(() => fetch('/v1/session', { method: 'DELETE' }));
  await tab.close();
  await helene.page.getByText('Votre session est terminée.').last().waitFor();
  assert.equal(await dialog.getByLabel('Motif').inputValue(), reason);

  await helene.page.goto(await world.link());
  await helene.inbox();
  await helene.row('Rixe à clore').click();
  await helene.press('c');
  assert.equal(await helene.page.getByRole('dialog').getByLabel('Motif').inputValue(), reason);
});

story('what another person typed on this browser is not shown to the next', async ({ world, given, sign }) => {
  await world.supervisor('Nadia Roy');
  await given.ines.file('youth.brawl', { title: 'Rixe de deux personnes', severity: 4 });
  await given.ines.sync();
  const helene = await sign();
  await helene.row('Rixe de deux personnes').click();
  await helene.press('c');
  await helene.page.getByRole('dialog').getByLabel('Motif').fill('Réservé à Hélène');
  await helene.page.goto(await world.link('Nadia Roy'));
  await helene.inbox();
  await helene.row('Rixe de deux personnes').click();
  await helene.press('c');
  assert.equal(await helene.page.getByRole('dialog').getByLabel('Motif').inputValue(), '');
});
