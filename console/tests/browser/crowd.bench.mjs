// What a list of 50,000 events costs: from a filter to the next frame, and to its answer. Printed, not
// judged; the number of rows in the page is.
//   RONDE_EVENTS=50000 node tests/browser/crowd.bench.mjs

import assert from 'node:assert/strict';

import { Browser } from './browser.mjs';
import { fillCrowd } from './crowd.mjs';
import { Desk } from './desk.mjs';
import { World } from './world.mjs';

const count = Number(process.env.RONDE_EVENTS ?? 50_000);
const MOST_ROWS = 100;

/** In the page: from a choice to the end of the frame that follows, ms. */
function filterToFrame(list, value) {
  const begun = performance.now();
  list.value = value;
  list.dispatchEvent(new Event('change', { bubbles: true }));
  return new Promise((done) => {
    requestAnimationFrame(() => {
      const port = new MessageChannel();
      port.port1.onmessage = () => done(performance.now() - begun);
      port.port2.postMessage(null);
    });
  });
}

function told(list) {
  const sorted = [...list].sort((one, other) => one - other);
  const at = (part) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms, ${sorted.length} times`;
}

const since = (begun) => Math.round(performance.now() - begun);
const [world, browser] = await Promise.all([World.found(), Browser.launch()]);
try {
  let begun = performance.now();
  await fillCrowd(world, count);
  console.log(`${count} events taken in: ${since(begun)} ms`);

  const { page, watch } = await browser.person({ origin: world.address });
  const desk = new Desk(page, watch);
  begun = performance.now();
  await desk.open(await world.link());
  await desk.rows().first().waitFor();
  console.log(`link to first rows: ${since(begun)} ms`);
  await page.getByRole('button', { name: 'Filtres' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();

  const frames = [];
  const answers = [];
  for (const label of ['Gravité', 'Période', 'Lecture', 'Gravité', 'Période', 'Lecture']) {
    const select = await dialog.getByLabel(label).elementHandle();
    for (const value of await select.evaluate(({ options }) => [...options].map((option) => option.value).reverse())) {
      if (value === (await select.evaluate((list) => list.value))) continue;
      const answer = page.waitForResponse((response) => response.url().includes('/v1/events?'));
      frames.push(await select.evaluate(filterToFrame, value));
      const response = await answer;
      await response.finished();
      answers.push(response.request().timing().responseEnd);
    }
  }
  console.log(`filter to next frame: ${told(frames)}`);
  console.log(`the server's answer to a filter: ${told(answers)}`);
  await page.keyboard.press('Escape');

  let rows = 0;
  for (let turn = 0; turn < 100; turn += 1) {
    await page.keyboard.press('PageDown');
    rows = Math.max(rows, await desk.rows().count());
  }
  console.log(`rows in the page while turning 100 pages: at most ${rows}`);
  assert.ok(rows <= MOST_ROWS);

  begun = performance.now();
  await desk.go('/carte');
  await page.locator('canvas').waitFor();
  await desk.rows().first().waitFor();
  console.log(`map with ${count} points, first rows: ${since(begun)} ms`);
  assert.deepEqual(watch.unexpected, []);
} finally {
  await browser.close();
  await world.close();
}
