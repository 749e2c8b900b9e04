// How a file of stories is told: one world and one browser for its stories, pages of their own for each, and
// at the end of every story nothing that must never happen may have happened. A story that fails leaves a
// picture. Changes when stories share something else.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Browser } from './browser.mjs';
import { Desk } from './desk.mjs';
import { repository, World } from './world.mjs';

/** Where pictures of failed stories go. */
const results = path.join(repository, 'console', 'test-results');

/**
 * @param {{webgl?: boolean, map?: string, police?: string, fill?: (world: World) => Promise<unknown>}} how
 * @returns {(title: string, run: (given: {world: World, sign: Function, person: Function, given: any}) => Promise<void>) => void}
 */
export function stage({ webgl = true, fill, ...land } = {}) {
  const here = {};
  before(async () => {
    [here.world, here.browser] = await Promise.all([World.found(land), Browser.launch({ webgl })]);
    here.given = await fill?.(here.world);
  });
  after(async () => {
    await here.browser?.close();
    await here.world?.close();
  });
  return (title, run) =>
    test(title, { timeout: 240_000 }, async () => {
      const people = [];
      /** A browser nobody used before. */
      const person = async (how = {}) => {
        const found = await here.browser.person({ origin: here.world.address, ...how });
        people.push(found);
        return new Desk(found.page, found.watch);
      };
      /** A supervisor at the console: signed in, the inbox on screen. */
      const sign = async (name = 'Hélène Marchand', how = {}) => {
        const desk = await person(how);
        await desk.open(await here.world.link(name));
        return desk;
      };
      try {
        await run({ world: here.world, given: here.given, sign, person });
        for (const { watch } of people) assert.deepEqual(watch.unexpected, [], 'what must never happen on a page');
      } catch (error) {
        await picture(title, people);
        throw error;
      } finally {
        await Promise.all(people.map(({ context }) => context.close().catch(() => {})));
      }
    });
}

async function picture(title, people) {
  await mkdir(results, { recursive: true });
  const name = title.replace(/[^\p{L}\p{N}]+/gu, '_').slice(0, 80);
  for (const [place, { page }] of people.entries()) {
    const file = path.join(results, `${name}-${place}.png`);
    // A page that is gone has no picture; the story's own failure is what counts.
    await page.screenshot({ path: file, timeout: 5_000 }).catch(() => {});
  }
}

/** Asks again and again until the answer holds; fails with the last answer. */
export async function until(ask, holds, within = 10_000) {
  const ends = performance.now() + within;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (performance.now() > ends) throw new Error(`not within ${within} ms: ${JSON.stringify(answer)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
