// Stories of the door: one-time links, sessions.

import assert from 'node:assert/strict';

import { plain } from './desk.mjs';
import { stage } from './stage.mjs';

const story = stage();

story('the link opens once, and is gone from the address bar', async ({ world, person }) => {
  const link = await world.link();
  const helene = await person();
  await helene.open(link);
  assert.equal(new URL(helene.page.url()).pathname, '/boite');
  assert.ok(!helene.page.url().includes('#'));
  const past = await helene.page.evaluate(() => history.length);
  for (let step = 0; step < past; step += 1) {
    await helene.page.goBack({ timeout: 2_000 }).catch(() => null);
    assert.ok(!helene.page.url().includes(new URL(link).hash), 'the code is in the history');
  }

  const other = await person();
  other.watch.expect(/401/);
  await other.page.goto(link);
  await other.page.getByText('Ce lien a déjà servi. Un lien ne sert qu’une fois.').waitFor();
  assert.ok(!other.page.url().includes('#'));
  // The command can be pasted whole: what it says is what a shell takes.
  const command = await other.page.locator('code').innerText();
  assert.equal(command, "ronde-server --data DOSSIER supervisor link 'VOTRE NOM'");
  await other.page.getByText(/Remplacez DOSSIER par le dossier des données du serveur, VOTRE NOM par votre nom/).waitFor();
  const cookies = await other.page.context().cookies();
  assert.deepEqual(cookies, []);

  // Opened again where it signed in: the inbox, not a dead end.
  helene.watch.expect(/401/);
  await helene.page.goto(link);
  await helene.inbox();
  assert.equal(new URL(helene.page.url()).pathname, '/boite');
});

story('a session that ends says the whole command, with the name of who was there', async ({ world, sign }) => {
  await world.supervisor("Jeanne d'Arc");
  const jeanne = await sign("Jeanne d'Arc");
  jeanne.watch.expect(/401/);
  await jeanne.page.evaluate(() => fetch('/v1/session', { method: 'DELETE' }));
  await jeanne.page.getByText('Votre session est terminée.').last().waitFor();
  const command = await jeanne.page.getByRole('region', { name: 'État de la console' }).locator('code').innerText();
  assert.equal(command, `ronde-server --data DOSSIER supervisor link 'Jeanne d'\\''Arc'`);
});

story('an address that is no screen’s says so and leads back, wherever it is typed', async ({ sign }) => {
  const helene = await sign();
  helene.watch.expect(/404/);
  for (const address of ['/statistiques', '/boite/rien', '/evenement/zz']) {
    await helene.go(address);
    await helene.page.getByRole('heading', { level: 1, name: 'Adresse inconnue' }).waitFor();
    await helene.page.getByText('Cette adresse n’est celle d’aucun écran.').waitFor();
  }
  await helene.page.getByRole('main').getByRole('link', { name: 'Boîte' }).click();
  await helene.inbox();
});

story('an unknown link and no link at all say what to do', async ({ world, person }) => {
  const desk = await person();
  desk.watch.expect(/401/);
  await desk.page.goto(`${world.address}/ouvrir#${'A'.repeat(43)}`);
  await desk.page.getByText('Ce lien n’est pas connu de ce serveur.').waitFor();
  await desk.page.getByText(/^ronde-server --data DOSSIER supervisor link/).waitFor();

  const nobody = await person();
  nobody.watch.expect(/401/);
  await nobody.page.goto(`${world.address}/boite`);
  await nobody.page.getByText('Vous n’êtes pas connecté sur ce navigateur.').waitFor();
  assert.match(plain(await nobody.page.locator('main').innerText()), /Demandez un lien/);
});

story('no script of the page can read the session, and the server’s log holds neither code nor words', async ({ world, sign }) => {
  const helene = await sign();
  assert.equal(await helene.page.evaluate(() => document.cookie), '');
  const [cookie] = await helene.page.context().cookies();
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Strict');
  const ines = await world.phone('Inès Benali');
  await ines.file('youth.brawl', { title: 'Titre qui ne va pas au journal' }, { words: 'Paroles hors du journal.' });
  await ines.sync();
  await helene.row('Titre qui ne va pas au journal').waitFor();
  const log = world.log.join('\n');
  assert.doesNotMatch(log, /Titre qui ne va pas|Paroles hors|ouvrir#/);
  assert.ok(!log.includes(cookie.value));
});

story('another tab of the browser hears of a new session and of its end, without being looked at', async ({ world, person }) => {
  const first = await person();
  first.watch.expect(/401/);
  await first.page.goto(`${world.address}/boite`);
  await first.page.getByText('Vous n’êtes pas connecté sur ce navigateur.').waitFor();
  const second = await first.page.context().newPage();
  await second.goto(await world.link());
  await first.inbox();

  await second.goto(`${world.address}/reglages`);
  await second.getByRole('button', { name: 'Fermer la session' }).click();
  await second.getByText('Session fermée. Pour revenir, ouvrez un nouveau lien : il ne sert qu’une fois.').waitFor();
  await second.getByText(/^ronde-server --data DOSSIER supervisor link/).waitFor();
  await first.page.getByText('Votre session est terminée.').last().waitFor();
});

story('nothing of who closed their session stays on the page for who comes after', async ({ world, sign }) => {
  const ines = await world.phone('Inès Benali');
  await ines.file('youth.brawl', { title: 'Rixe vue par Hélène' }, { words: 'Vu.' });
  await ines.sync();
  const helene = await sign();
  await helene.row('Rixe vue par Hélène').waitFor();
  await helene.page.getByRole('link', { name: 'Réglages' }).click();
  helene.watch.expect(/401/);
  await helene.button('Fermer la session').click();
  await helene.page.getByText(/^Session fermée/).waitFor();
  await helene.page.evaluate(() => (window.isOfHelene = true));
  await world.supervisor('Samir Morel');
  const second = await helene.page.context().newPage();
  await second.goto(await world.link('Samir Morel'));
  await helene.page.waitForFunction(() => window.isOfHelene === undefined);
});

story('an event that nobody knows leads back to the inbox', async ({ sign }) => {
  const helene = await sign();
  helene.watch.expect(/404/);
  await helene.go(`/evenement/${'ab'.repeat(16)}`);
  await helene.page.getByText('Cet événement n’existe pas, ou il est hors de votre périmètre.').waitFor();
  assert.equal(await helene.button('Essayer de nouveau').count(), 0);
  await helene.button('Retour à la boîte').click();
  await helene.inbox();
});
