// Stories of what people write: anything at all, shown as text and nothing else.

import assert from 'node:assert/strict';

import { sideways } from './inspect.mjs';
import { stage, until } from './stage.mjs';
import { dataBeside } from './world.mjs';

const story = stage({ fill: async (world) => ({ ines: await world.phone('Inès Benali') }) });

/** Strings that break programs, our own few when the list is not here. */
const nasty = [
  '<script>globalThis.broken = 1</script>',
  '<img src=x onerror="globalThis.broken = 1">',
  '"><svg/onload=globalThis.broken=1>',
  '{{constructor.constructor("globalThis.broken = 1")()}}',
  'javascript:globalThis.broken=1',
  '${globalThis.broken = 1}',
  '<a href="javascript:globalThis.broken=1">a</a>',
  '<iframe src="https://example.invalid/"></iframe>',
  '<link rel=stylesheet href="https://example.invalid/x.css">',
  '\u202eetamirp\u202c and \u2066x\u2069',
  'Ω≈ç√∫˜µ≤≥÷ 👩🏽‍🚒🏳️‍🌈 م‍ن‍ ﷽',
];

/** Characters that the model keeps out of a text, whoever writes them. */
const refused = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/u;

/** Strings in parts that a text field holds. */
function parts(strings, most = 1_800) {
  const found = [''];
  for (const one of strings) {
    if (found.at(-1).length + one.length > most) found.push('');
    found.push(`${found.pop()}${one}\n`);
  }
  return found.map((part) => [...part].slice(0, most).join(''));
}

story('the list of naughty strings in every field is text: no script runs, no request leaves', async ({ world, given, sign }) => {
  const list = await dataBeside('security/blns/blns.json');
  const strings = [...nasty, ...(list ? JSON.parse(list) : [])].filter((one) => one.trim() && !refused.test(one));
  const titles = [...nasty, ...strings.filter((one) => /[<>"'{$]/.test(one))].slice(0, 60);
  const fields = parts(strings);
  const ids = [];
  for (const [place, one] of titles.entries()) {
    const part = fields[place % fields.length];
    const title = [...one].slice(0, 100).join('');
    const facts = { title, severity: (place % 5) + 1, address: part, direction: part, line: one.slice(0, 60), tags: part };
    const plain = one.replaceAll(/[,=]/g, ' ').slice(0, 60);
    const more = { words: place === 0 ? strings.join('\n') : one, persons: [`role=other,description=${plain}`], vehicles: [`make=${plain}`] };
    ids.push(await given.ines.file('youth.brawl', facts, more));
  }
  await given.ines.sync();
  const helene = await sign();
  await until(() => helene.rows().count(), (count) => count >= 8);
  const seen = await helene.titles();
  assert.ok(seen.some((title) => title.includes('<')), seen.join('\n'));
  await helene.event(ids[0]);
  await helene.page.locator('[data-statement]').first().waitFor();
  const kept = (await world.get(`/v1/reports/${ids[0]}`)).statements[0].text;
  assert.equal(await helene.page.locator('[data-statement]').first().textContent(), kept);
  for (const id of ids.slice(1)) {
    await helene.event(id);
    await helene.page.locator('[data-statement]').first().waitFor();
  }
  await helene.go('/carte');
  await helene.rows().first().waitFor();
  assert.equal(await helene.page.evaluate(() => globalThis.broken), undefined);
  const foreign = helene.page.locator('main img, main iframe, main script, main link, main object');
  assert.equal(await foreign.count(), 0);
});

story('what a supervisor types is text too: question, motive, search', async ({ world, given, sign }) => {
  const id = await given.ines.file('waste.bulky', { title: 'Dépôt interrogé', severity: 1 });
  await given.ines.sync();
  const helene = await sign();
  await helene.event(id);
  await helene.page.getByText('Dépôt interrogé').first().waitFor();
  await world.api('POST', `/v1/reports/${id}/comments`, { text: nasty.join('\n') });
  await helene.page.getByText('<img src=x onerror').first().waitFor();
  await helene.go(`/boite?text=${encodeURIComponent(nasty[1])}`);
  await helene.page.getByText(/«\s<img src=x/).first().waitFor();
  assert.equal(await helene.page.evaluate(() => globalThis.broken), undefined);
});

story('a statement of 10,000 characters is shown whole, and moves nothing sideways', async ({ given, sign }) => {
  const words = `${'Constatons ce qui suit. '.repeat(410)}${'x'.repeat(160)}FIN`;
  assert.ok(words.length >= 10_000);
  const id = await given.ines.file('youth.brawl', { title: 'Un long texte', severity: 3 }, { words });
  await given.ines.sync();
  const helene = await sign();
  for (const width of [1440, 320]) {
    await helene.page.setViewportSize({ width, height: 800 });
    await helene.event(id);
    const statement = helene.page.locator('[data-statement]').first();
    await statement.waitFor();
    assert.equal(await statement.textContent(), words.trim());
    const whole = helene.button(/^Tout lire/).first();
    if (await whole.isVisible()) await whole.click();
    assert.deepEqual(await sideways(helene.page), [], `at ${width} px`);
  }
});

story('Arabic and Hebrew run from right to left, beside French that does not', async ({ given, sign }) => {
  const id = await given.ines.file('youth.brawl', { title: 'مشاجرة أمام المدرسة', severity: 3 }, { words: 'שני אנשים בורחים לכיוון התחנה 👮🏾‍♀️' });
  await given.ines.sync();
  const helene = await sign();
  await helene.go('/boite?order=newest');
  const title = helene.row('مشاجرة').locator('.title');
  await title.waitFor();
  assert.equal(await title.evaluate((node) => getComputedStyle(node).direction), 'rtl');
  await helene.event(id);
  const statement = helene.page.locator('[data-statement]').first();
  await statement.waitFor();
  assert.equal(await statement.evaluate((node) => getComputedStyle(node).direction), 'rtl');
  assert.equal(await helene.page.locator('main').evaluate((node) => getComputedStyle(node).direction), 'ltr');
});
