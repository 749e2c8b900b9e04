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

/** The same, who differ on how grave it is too. */
async function apartTwice(given, title) {
  const { ines, samir } = given;
  const id = await apart(given, title);
  await ines.correct(id, { severity: 2 });
  await samir.correct(id, { severity: 5 });
  await ines.sync();
  await samir.sync();
  return id;
}

/** A supervisor before the card of an event, and what it asks. */
async function atCard(sign, id) {
  const helene = await sign();
  await helene.event(id);
  const card = helene.divergence();
  await card.waitFor();
  return { helene, card, key: await card.getAttribute('data-divergence') };
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
  const form = other(helene);
  await form.getByLabel('Valeur retenue pour le traitement').fill('8');
  await form.getByRole('button', { name: 'Retenir cette valeur' }).click();
  await helene.page.getByText(/Indiquez le motif/).waitFor();
  assert.equal(await reason(helene).evaluate((field) => field === document.activeElement), true, 'what is missing has the focus');
  await helene.third(KEY, 8, 'Vidéo de la place, 22:43');
  assert.deepEqual(await shown(given.ines, id), { value: 8, open: [] });
  assert.deepEqual(await shown(given.samir, id), { value: 8, open: [] });
  const [settled] = (await world.get(`/v1/reports/${id}`)).divergences;
  assert.equal(settled.decisions[0].reason, 'Vidéo de la place, 22:43');
  assert.equal(settled.voices.length, 2);
});

/** Holds the value of a column and waits for nothing. */
const keep = (desk, place) => desk.divergence(KEY).getByRole('listitem').nth(place - 1).getByRole('button', { name: /^Retenir / }).click();
/** Where a value that is no author's is typed, and why whichever is kept. */
const other = (desk) => desk.divergence(KEY).getByRole('form', { name: 'Une autre valeur' });
const reason = (desk) => desk.divergence(KEY).getByLabel(/^Motif/);
const leaving = (desk) => desk.page.locator(`[data-divergence="${KEY}"][data-leaving]`);

story('a decision is taken back within ten seconds: nobody hears of it, and the card is there with what was typed', async ({ world, given, sign }) => {
  const id = await apart(given, 'Rixe, décision reprise');
  const helene = await sign();
  await helene.event(id);
  await helene.divergence(KEY).waitFor();
  const form = other(helene);
  await form.getByLabel('Valeur retenue pour le traitement').fill('8');
  await reason(helene).fill('Vidéo de la place, 22:43');
  await form.getByRole('button', { name: 'Retenir cette valeur' }).click();
  await leaving(helene).waitFor();
  assert.match(plain(await leaving(helene).innerText()), /8\. Part dans \d+ s\./);
  assert.match(plain(await helene.toast().innerText()), /^Nombre de personnes[^:]* : 8\./, 'the fact is named, and its value');
  assert.equal(await helene.divergence(KEY).count(), 0, 'what is decided asks for nothing more');
  await helene.button(/^Annuler/, leaving(helene)).click();
  await helene.divergence(KEY).waitFor();
  assert.equal(await form.getByLabel('Valeur retenue pour le traitement').inputValue(), '8');
  assert.equal(await reason(helene).inputValue(), 'Vidéo de la place, 22:43');
  // What she does next leaves after it would have.
  await helene.press('p');
  await until(() => world.get(`/v1/reports/${id}`), ({ status }) => status === 'assigned', 20_000);
  const [divergence] = (await world.get(`/v1/reports/${id}`)).divergences;
  assert.deepEqual([divergence.open, divergence.decisions], [true, []]);
});

story('after a decision the next divergence is the card: a double click and a digit on its way decide nothing of it', async ({ world, given, sign }) => {
  const id = await apartTwice(given, 'Rixe, deux questions');
  const { helene, card, key: first } = await atCard(sign, id);
  await card.getByRole('button', { name: /^Retenir / }).first().dblclick();
  await helene.press('1');
  await helene.page.locator('[data-leaving]').first().waitFor();
  assert.equal(await helene.page.locator('[data-leaving]').count(), 1, 'the finger was on its way to the first');
  assert.notEqual(await card.getAttribute('data-divergence'), first);
  await until(async () => {
    await helene.press('2');
    return helene.page.locator('[data-leaving]').count();
  }, (count) => count === 2);
  await helene.press('z');
  await until(() => helene.page.locator('[data-leaving]').count(), (count) => count === 1);
  await helene.page.locator(`[data-divergence="${first}"][data-decided]`).waitFor({ timeout: 30_000 });
  const { divergences } = await world.get(`/v1/reports/${id}`);
  assert.deepEqual(divergences.filter(({ open }) => !open).map(({ key }) => key), [first]);
});

story('what phones correct while a decision is held is said, and the card under her hand stays when it is open again', async ({ given, sign }) => {
  const { ines, samir } = given;
  const id = await apartTwice(given, 'Rixe, corrigée entre-temps');
  const { helene, card, key } = await atCard(sign, id);
  await card.getByRole('button', { name: /^Retenir / }).first().click();
  const left = helene.page.locator(`[data-divergence="${key}"][data-leaving]`);
  await left.waitFor();
  const under = await card.getAttribute('data-divergence');
  assert.notEqual(under, key);
  await card.getByLabel(/^Motif/).fill('Vidéo de la place');
  // Each one knows the values that she decides between, and not what the other writes now.
  await ines.correct(id, key === KEY ? { people_count: 8 } : { severity: 1 });
  await samir.correct(id, key === KEY ? { people_count: 12 } : { severity: 3 });
  await ines.sync();
  await samir.sync();
  await left.getByText('Ce qui est écrit a changé pendant votre lecture.').waitFor();
  await left.waitFor({ state: 'detached', timeout: 20_000 });
  // It is asked again, behind the card that she is at.
  await helene.page.locator(`[data-divergence="${key}"]`).getByRole('button', { name: /^Comparer/ }).waitFor();
  assert.equal(await card.getAttribute('data-divergence'), under);
  assert.equal(await card.getByLabel(/^Motif/).inputValue(), 'Vidéo de la place');
  assert.equal(await helene.page.getByText(/^Décidé/).count(), 0);
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
  await nadia.page.getByText(/Hélène Marchand a décidé à/).first().waitFor();
  await keep(nadia, 2);
  const told = /Hélène Marchand a décidé à .* Votre choix est gardé à côté\./;
  // While hers is still held, on the event; and when it has left, wherever she is by then.
  await leaving(nadia).getByText(told).waitFor();
  await nadia.page.getByRole('link', { name: 'Boîte' }).first().click();
  await nadia.page.getByRole('status').filter({ hasText: told }).waitFor({ timeout: 20_000 });
  const [divergence] = (await world.get(`/v1/reports/${id}`)).divergences;
  assert.equal(divergence.open, true);
  assert.equal(divergence.decisions.length, 2);
  await until(() => helene.page.locator('main').innerText().then(plain), (text) => text.includes('Nadia Roy a décidé'));
});

story('an author’s value is kept with a reason, is decided otherwise later, and the new decision takes the place of the first', async ({ world, given, sign }) => {
  const id = await apart(given, 'Rixe, décidée deux fois');
  const helene = await sign();
  await helene.event(id);
  await helene.divergence(KEY).waitFor();
  await helene.divergence(KEY).getByLabel('Motif (facultatif)').fill('Compté sur la vidéo');
  await helene.choose(KEY, 1);
  const decided = helene.page.locator(`[data-divergence="${KEY}"][data-decided]`);
  assert.match(plain(await decided.innerText()), /Compté sur la vidéo/);
  assert.match(plain(await helene.page.locator('.told').innerText()), /^Décidé, nombre de personnes[^:]* : \d+\.$/);

  const before = (await world.get(`/v1/reports/${id}`)).divergences[0].decisions;
  await helene.button(/^Décider autrement/, decided).click();
  await helene.divergence(KEY).waitFor();
  await keep(helene, 2);
  await leaving(helene).waitFor();
  const { divergences } = await until(() => world.get(`/v1/reports/${id}`), (report) => report.divergences[0].decisions[0].id !== before[0].id, 20_000);
  assert.deepEqual([divergences[0].open, divergences[0].decisions.length], [false, 1]);
  assert.notEqual(divergences[0].decisions[0].words, before[0].words);
  const { value, open } = await shown(given.ines, id);
  assert.deepEqual([String(value), open], [divergences[0].decisions[0].words, []]);
});

story('a decision that the server refuses is told once, where it belongs, and by the list of acts elsewhere', async ({ given, sign }) => {
  const id = await apart(given, 'Rixe, décision refusée');
  const helene = await sign();
  helene.watch.expect(/422/);
  await helene.event(id);
  await helene.divergence(KEY).waitFor();
  const problem = { type: 'urn:ronde:problem:refused', status: 422, detail: 'in English', reason: 'not-on-screen' };
  await helene.page.route('**/decisions', (route) => route.fulfill({ status: 422, contentType: 'application/problem+json', json: problem }));
  await keep(helene, 1);
  const told = helene.page.getByText(/rechargez la page, puis décidez/).filter({ visible: true });
  await told.first().waitFor({ timeout: 20_000 });
  assert.equal(await told.count(), 1);
  assert.equal(await helene.page.getByRole('alert').filter({ hasText: /puis décidez/ }).count(), 1);
  await helene.page.getByRole('link', { name: 'Boîte' }).first().click();
  await helene.page.getByRole('alert').filter({ hasText: /«\sRixe, décision refusée\s», Nombre de personnes/ }).waitFor();
});
