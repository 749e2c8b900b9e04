// Stories of what else a person handles: what was set aside, papers of one event.

import assert from 'node:assert/strict';

import { plain } from './desk.mjs';
import { stage, until } from './stage.mjs';

const story = stage({
  fill: async (world) => ({ ines: await world.phone('Inès Benali'), samir: await world.phone('Samir Haddad') }),
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
  await until(() => world.get(`/v1/events/${one}`), ({ reports }) => reports.length === 2);
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

  await helene.event(other);
  await helene.button(/^Délier le rapport/).last().click();
  await until(() => world.get(`/v1/events/${one}`), ({ reports }) => reports.length === 1);
  await helene.go('/boite');
  await helene.row('Rixe vue par Samir').waitFor();
  await helene.row('Rixe vue par Inès').waitFor();
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
  await until(() => world.get(`/v1/events/${one}`), ({ suggestions }) => suggestions.every(({ line }) => line.title !== 'Musique au 6'));
  await helene.button('Lier avec Musique au 6').waitFor({ state: 'detached' });
});
