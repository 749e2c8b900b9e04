// Stories of divergences: both values shown, one decided, both phones told; two people deciding at once.

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

const KEY = 'facts/people_count';

/** A brawl on which two phones wrote another number each, unheard of each other. */
async function apart({ ines, samir }, title, first = 7, second = 10) {
  const id = await ines.file('youth.brawl', { title, severity: 4, people_count: 6 }, { words: 'Deux groupes.' });
  await ines.sync();
  await samir.sync();
  await ines.correct(id, { people_count: first });
  await samir.correct(id, { people_count: second });
  await ines.sync();
  await samir.sync();
  return id;
}

/** What a phone shows of a fact, once it has heard. */
async function shown(phone, id, key = KEY) {
  await phone.sync();
  const report = await phone.show(id);
  return { value: report.facts[key].value?.value ?? report.facts[key].value, open: report.divergences.filter((one) => one.open) };
}

story('a divergence arrives live, both values weigh the same, and the decision reaches both phones', async ({ world, given, sign }) => {
  const helene = await sign();
  const id = await apart(given, 'Rixe, place des Épars');
  const seen = await helene.seeDivergence(10_000);
  assert.equal(seen.key, KEY);
  for (const word of ['7', '10', 'Inès Benali', 'Samir Haddad']) assert.ok(seen.words.includes(word), `${word} in ${seen.words}`);
  const columns = helene.divergence(KEY).getByRole('listitem');
  const [first, second] = [await columns.nth(0).boundingBox(), await columns.nth(1).boundingBox()];
  assert.ok(Math.abs(first.width - second.width) < 1 && Math.abs(first.height - second.height) < 1);
  const looks = await columns.getByRole('button', { name: /^Retenir/ }).evaluateAll((buttons) =>
    buttons.map((button) => getComputedStyle(button)).map((style) => `${style.backgroundColor} ${style.borderColor} ${style.fontWeight}`),
  );
  assert.equal(new Set(looks).size, 1, `every button looks the same: ${looks}`);

  const place = plain(await columns.nth(0).innerText()).startsWith('10') ? 1 : 2;
  await helene.choose(KEY, place);
  for (const phone of [given.ines, given.samir]) {
    assert.deepEqual(await shown(phone, id), { value: 10, open: [] });
  }
  assert.equal((await world.get(`/v1/reports/${id}`)).divergences.length, 1);
});

story('a third value needs a reason, and both phones show it', async ({ world, given, sign }) => {
  const id = await apart(given, 'Rixe, troisième valeur');
  const helene = await sign();
  await helene.event(id);
  const form = helene.divergence(KEY).locator('form').last();
  await form.getByLabel('Valeur retenue pour le traitement').fill('8');
  await form.getByRole('button', { name: 'Retenir cette valeur' }).click();
  await helene.page.getByText(/Indiquez le motif/).waitFor();
  await helene.third(KEY, 8, 'Vidéo de la place, 22:43');
  assert.deepEqual(await shown(given.ines, id), { value: 8, open: [] });
  assert.deepEqual(await shown(given.samir, id), { value: 8, open: [] });
  const [settled] = (await world.get(`/v1/reports/${id}`)).divergences;
  assert.equal(settled.decisions[0].reason, 'Vidéo de la place, 22:43');
  assert.equal(settled.voices.length, 2);
});

story('two supervisors decide at once: both decisions stay, the second is told who decided', async ({ world, given, sign }) => {
  const id = await apart(given, 'Rixe, deux décisions');
  const helene = await sign();
  const nadia = await sign('Nadia Roy');
  await Promise.all([helene.event(id), nadia.event(id)]);
  await Promise.all([helene.divergence(KEY).waitFor(), nadia.divergence(KEY).waitFor()]);
  // Nadia reads the card: what is decided meanwhile does not move under her hand.
  await nadia.divergence(KEY).hover();
  await helene.choose(KEY, 1);
  await nadia.divergence(KEY).getByRole('listitem').nth(1).getByRole('button', { name: /^Retenir / }).click();
  await nadia.page.getByText(/Hélène Marchand a décidé à .* Votre choix est gardé à côté\./).first().waitFor();
  const [divergence] = (await world.get(`/v1/reports/${id}`)).divergences;
  assert.equal(divergence.open, true);
  assert.equal(divergence.decisions.length, 2);
  await until(() => helene.page.locator('main').innerText().then(plain), (text) => text.includes('Nadia Roy a décidé'));
});
