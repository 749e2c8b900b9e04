// The story of a browser that cannot draw: the list says everything.

import assert from 'node:assert/strict';

import { axe } from './inspect.mjs';
import { stage } from './stage.mjs';
import { fillTown } from './town.mjs';

const story = stage({ fill: fillTown, webgl: false });

story('without WebGL a sentence stands where the map would, and the list opens every event', async ({ sign, world, given }) => {
  const desk = await sign();
  await desk.go('/carte');
  await desk.page.getByText(/Carte impossible\s: ce navigateur n’a pas WebGL 2\./).waitFor();
  await desk.rows().first().waitFor();
  assert.equal(await desk.rows().count() > 0, true);
  assert.deepEqual(await axe(desk.page), []);
  await desk.row('Rixe, place du Vieux-Lavoir').click();
  await desk.press('Enter');
  await desk.page.waitForURL(`**/evenement/${given.brawl}`);
  assert.ok((await world.get('/v1/points')).points.length > 0);
});
