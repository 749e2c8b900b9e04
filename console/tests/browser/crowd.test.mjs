// Stories of a long list: only the rows in view stand in the page.

import assert from 'node:assert/strict';

import { fillCrowd } from './crowd.mjs';
import { stage, until } from './stage.mjs';

const MANY = 1_000;
const MOST_ROWS = 100;
const story = stage({ fill: (world) => fillCrowd(world, MANY) });

story('a thousand events: never more than 100 rows in the page, from the first to the last', async ({ sign }) => {
  const desk = await sign();
  await desk.page.getByText(/^1\s000\sévénements à traiter\s: /).waitFor();
  let most = 0;
  for (let turn = 0; turn < 60; turn += 1) {
    most = Math.max(most, await desk.rows().count());
    await desk.page.keyboard.press('PageDown');
  }
  await desk.press('End');
  most = Math.max(most, await desk.rows().count());
  assert.ok(most <= MOST_ROWS && most > 5, `${most} rows`);

  for (const address of ['/boite?order=newest', '/carte', '/carte?vue=liste']) {
    await desk.go(address);
    await desk.rows().first().waitFor();
    assert.ok((await desk.rows().count()) <= MOST_ROWS, address);
  }
});

story('from the first event to the last with the keyboard, page after page', async ({ sign }) => {
  const desk = await sign();
  await desk.rows().first().waitFor();
  await desk.press('j');
  await until(async () => {
    await desk.press('End');
    return desk.row(/Événement \d+/).last().innerText();
  }, (text) => text.includes('Événement 0'), 60_000);
  assert.ok((await desk.rows().count()) <= MOST_ROWS);
});
