// Pictures of every screen from a populated server, for docs/screens: light, dark, narrow.
//   node scripts/shots.mjs FOLDER [LINK]
// Without a link of a running server, a town of its own is made with the programs of target/debug
// (RONDE_SERVER, RONDE name others), lived in for the pictures, and taken away.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { Browser } from '../tests/browser/browser.mjs';
import { Desk } from '../tests/browser/desk.mjs';
import { fillTown } from '../tests/browser/town.mjs';
import { World } from '../tests/browser/world.mjs';

const [folder, given] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node scripts/shots.mjs FOLDER [LINK]');
  process.exit(2);
}

const looks = {
  light: { width: 1440, height: 900, theme: 'light' },
  dark: { width: 1440, height: 900, theme: 'dark' },
  320: { width: 320, height: 640, theme: 'light' },
};

/** The event worth showing: the one with the most divergences. */
async function shown(desk) {
  const row = desk.rows().filter({ hasText: /divergence/ }).first();
  return (await row.getAttribute('id')).slice('row-'.length);
}

/** The map is drawn when two pictures of it are the same. */
async function still(page) {
  const drawing = page.locator('.drawing');
  let before = null;
  for (let look = 0; look < 40; look += 1) {
    const now = (await drawing.screenshot()).toString('base64');
    if (now === before) return;
    before = now;
    await page.waitForTimeout(700);
  }
}

const screens = {
  boite: async (desk, id) => {
    await desk.go(desk.page.viewportSize().width < 768 ? '/boite' : `/boite?e=${id}`);
    await desk.rows().first().waitFor();
    if (desk.page.viewportSize().width >= 768) await desk.page.locator('[data-statement]').first().waitFor();
  },
  evenement: async (desk, id) => {
    await desk.event(id);
    await desk.page.locator('[data-divergence]').first().waitFor();
  },
  carte: async (desk, id) => {
    await desk.go(`/carte?sur=${id}`);
    await desk.rows().first().waitFor();
    await desk.page.locator('canvas').waitFor();
    await still(desk.page);
  },
  liste: async (desk) => {
    await desk.go('/boite?order=newest');
    await desk.rows().first().waitFor();
  },
  reglages: async (desk) => {
    await desk.go('/reglages');
    await desk.page.getByRole('radio').or(desk.page.getByRole('checkbox')).first().waitFor();
  },
};

await mkdir(folder, { recursive: true });
const world = given ? null : await World.found();
const browser = await Browser.launch();
try {
  if (world) await fillTown(world);
  const first = given ?? (await world.link());
  const origin = new URL(first).origin;
  // One link signs one browser in; the looks are the same person's windows.
  const { page, watch, context } = await browser.person({ origin, ...looks.light });
  const desk = new Desk(page, watch);
  await desk.open(first);
  await desk.rows().first().waitFor();
  const id = await shown(desk);
  for (const [look, { width, height, theme }] of Object.entries(looks)) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme });
    for (const [name, come] of Object.entries(screens)) {
      await come(desk, id);
      const file = path.join(folder, `console-${name}-${look}.png`);
      await page.screenshot({ path: file });
      console.log(file);
    }
  }
  await context.close();
  for (const fault of watch.unexpected) console.error(fault);
  if (watch.unexpected.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await world?.close();
}
