// Stories of the Carte: the drawing, its rings, the list twin, the keyboard.

import assert from 'node:assert/strict';

import { plain } from './desk.mjs';
import { stage, until } from './stage.mjs';
import { fillTown } from './town.mjs';

const story = stage({ fill: fillTown });

/** The map is drawn when the crimson of the gravest mark stands somewhere on it. */
async function drawn(page) {
  await page.locator('canvas').waitFor();
  return until(() => marks(page), ({ crimson }) => crimson > 20, 60_000);
}

/** How many pixels of the drawing have the colour of a mark, and where its middle is. */
async function marks(page) {
  const shot = await page.locator('.drawing').screenshot();
  return page.evaluate(async (bytes) => {
    const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    const { data } = pen.getImageData(0, 0, image.width, image.height);
    const fill = getComputedStyle(document.documentElement).getPropertyValue('--severity-s5-fill').trim();
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(fill.slice(at, at + 2), 16));
    const found = { crimson: 0, x: 0, y: 0 };
    for (let at = 0; at < data.length; at += 4) {
      const x = (at / 4) % image.width;
      // The list and the legend show marks too.
      if (x < 410 || x > image.width - 240) continue;
      if (Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) > 12) continue;
      found.crimson += 1;
      found.x += x;
      found.y += Math.floor(at / 4 / image.width);
    }
    return { crimson: found.crimson, x: found.x / found.crimson, y: found.y / found.crimson };
  }, [...shot]);
}

story('territory and marks are drawn from this server alone, in both themes', async ({ sign }) => {
  const desk = await sign();
  await desk.go('/carte');
  await drawn(desk.page);
  await desk.page.getByText('Zone police, 3').waitFor();
  await desk.page.getByText('Zone gendarmerie, 4').waitFor();
  await desk.page.getByText('Dessin du projet Ronde : aucun lieu réel').waitFor();
  await desk.page.emulateMedia({ colorScheme: 'dark' });
  await drawn(desk.page);
});

story('a map that is not drawn yet says so', async ({ sign }) => {
  const desk = await sign();
  let letGo;
  const held = new Promise((done) => (letGo = done));
  await desk.page.route('**/v1/territory*', async (route) => {
    await held;
    await route.continue();
  });
  await desk.go('/carte');
  const said = desk.page.getByText('La carte se dessine…');
  await said.waitFor();
  letGo();
  await said.waitFor({ state: 'hidden', timeout: 60_000 });
  await drawn(desk.page);
});

story('a mark that is touched shows its event, with a stem, and opens it', async ({ sign, world }) => {
  const desk = await sign();
  await desk.go('/carte?severity_min=5');
  const { x, y } = await drawn(desk.page);
  const box = await desk.page.locator('.drawing').boundingBox();
  await desk.page.mouse.click(box.x + x, box.y + y);
  const [gravest] = (await world.get('/v1/events?severity_min=5')).items;
  const card = desk.page.getByRole('region', { name: gravest.title, exact: true });
  await card.waitFor();
  await until(() => desk.chosen(), (id) => id === gravest.id);
  assert.match(desk.page.url(), new RegExp(`sur=${gravest.id}`));
  await desk.press('Escape');
  await card.waitFor({ state: 'detached' });
  await desk.go(`/carte?sur=${gravest.id}`);
  await card.waitFor();
  await desk.button('Ouvrir', card).click();
  await desk.page.waitForURL(`**/evenement/${gravest.id}`);
});

story('the list twin holds the same events as the filters, by the keyboard alone', async ({ sign, world }) => {
  const desk = await sign();
  await desk.go('/carte');
  await desk.rows().first().waitFor();
  const all = (await world.get('/v1/events?status=open')).items;
  await desk.press('j');
  await until(() => desk.chosen(), (id) => id === all[0].id);
  await desk.press('j');
  await until(() => desk.chosen(), (id) => id === all[1].id);
  await desk.press('Enter');
  await desk.page.waitForURL(`**/evenement/${all[1].id}`);

  await desk.go('/carte?vue=liste');
  await desk.rows().first().waitFor();
  assert.equal(await desk.page.locator('canvas').count(), 0);
  await until(() => desk.titles(), (titles) => titles.length === all.length);
  assert.deepEqual(await desk.titles(), all.map(({ title }) => plain(title)));

  await desk.go('/carte?severity_min=4');
  const grave = (await world.get('/v1/events?severity_min=4')).items;
  await until(() => desk.titles(), (titles) => titles.length === grave.length);
});

story('what is closed is not on the map nor in its list until it is asked for', async ({ sign, world }) => {
  const [one] = (await world.get('/v1/events?status=open&severity_min=2')).items.filter(({ lat }) => lat !== null);
  await world.api('POST', `/v1/reports/${one.id}/close`, { reason: 'Traité sur place' });
  const desk = await sign();
  const asked = [];
  desk.page.on('request', (request) => request.url().includes('/v1/points') && asked.push(new URL(request.url()).search));
  await desk.go('/carte');
  await desk.rows().first().waitFor();
  assert.equal(await desk.row(one.title).count(), 0);
  await desk.go('/carte?status=closed');
  await desk.row(one.title).waitFor();
  assert.match(asked[0], /status=open/);
  assert.match(asked.at(-1), /status=closed/);
  await world.api('POST', `/v1/reports/${one.id}/reopen`, { reason: 'Pas fini' });
});

story('Back undoes a choice and a filter of the map, and the list stays a list', async ({ sign }) => {
  const desk = await sign();
  await desk.go('/carte');
  await desk.rows().first().waitFor();
  await desk.press('j');
  const first = await until(() => desk.chosen(), Boolean);
  await desk.press('j');
  await until(() => desk.chosen(), (id) => id && id !== first);
  await desk.page.goBack();
  await until(() => desk.chosen(), (id) => id === null);
  assert.equal(new URL(desk.page.url()).pathname, '/carte');

  await desk.go('/carte?vue=liste');
  await desk.rows().first().waitFor();
  const before = (await desk.titles()).length;
  await desk.button(/Filtres/).click();
  await desk.page.getByRole('dialog').getByLabel('Gravité').selectOption({ label: 'Critique et plus' });
  await desk.press('Escape');
  await until(() => desk.titles(), (titles) => titles.length === 1);
  assert.match(desk.page.url(), /vue=liste/);
  await desk.page.goBack();
  await until(() => desk.titles(), (titles) => titles.length === before);
});

story('what is outside the view leaves the list when only this view is asked for', async ({ sign }) => {
  const desk = await sign();
  await desk.go('/carte');
  await drawn(desk.page);
  const before = (await desk.titles()).length;
  for (let step = 0; step < 4; step += 1) await desk.button('Rapprocher').first().click();
  await desk.button('Cette vue').click();
  await desk.page.getByText(/dans cette vue/).first().waitFor();
  await until(() => desk.titles(), (titles) => titles.length < before);
  await desk.button('Tout afficher').click();
  await until(() => desk.titles(), (titles) => titles.length === before);
});

story('a report that arrives is on the map and behind "nouveaux" in the list', async ({ sign, given }) => {
  const desk = await sign();
  await desk.go('/carte?commune=99006');
  await desk.rows().first().waitFor();
  assert.equal(await desk.rows().count(), 1);
  await given.ines.file('youth.fireworks', { title: 'Mortiers au stade', severity: 5, commune: '99006' }, { at: '48.4050,1.4700' });
  await given.ines.sync();
  await desk.button(/1\snouve/).click();
  await desk.row('Mortiers au stade').waitFor();
  await drawn(desk.page);
});
