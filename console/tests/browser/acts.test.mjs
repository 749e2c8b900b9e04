// Stories of what was just decided: where it is said, what it covers, what leaves before its time.

import assert from 'node:assert/strict';

import { plain } from './desk.mjs';
import { stage, until } from './stage.mjs';

const story = stage({
  fill: async (world) => {
    const ines = await world.phone('Inès Benali');
    for (const place of ['nord', 'sud', 'est', 'ouest', 'centre']) {
      await ines.file('waste.bulky', { title: `Encombrants, ${place}`, severity: 2 }, { words: 'Un canapé.' });
    }
    await ines.sync();
    return { ines };
  },
});

for (const [width, height] of [[1366, 768], [1024, 768], [320, 640]]) {
  story(`what was decided last covers nothing that can be pressed, and moves no button, at ${width} px`, async ({ sign }) => {
    const helene = await sign('Hélène Marchand', { width, height });
    await helene.row('Encombrants').first().click();
    const bar = helene.page.getByRole('toolbar');
    const read = helene.button(/Lu, suivant/, bar);
    const stood = await read.boundingBox();
    await read.click();
    await helene.toast().waitFor();
    assert.deepEqual(await helene.underToasts(), []);
    assert.deepEqual(await read.boundingBox(), stood, 'who presses twice presses the same');
    const later = helene.button(/Plus tard/, bar);
    if (!(await later.isVisible())) await helene.button('Autres actes', bar).click();
    await later.click();
    await helene.page.getByText(/^Remis à plus tard/).last().waitFor();
    assert.deepEqual(await helene.underToasts(), []);
    if (width >= 768) {
      const chosen = helene.page.locator('a[id^="row-"][aria-current="true"]');
      const [row, toast] = [await chosen.boundingBox(), await helene.toast().boundingBox()];
      assert.ok(row.y + row.height <= toast.y, 'the row of what is on screen is in view');
    }
    await helene.event(await helene.page.evaluate(() => location.href.match(/[0-9a-f]{32,}/)[0]));
    await helene.press('p');
    await helene.toast().waitFor();
    assert.deepEqual(await helene.underToasts(), []);
  });
}

story('what a reload sends before its ten seconds is said once, by the page that comes', async ({ world, sign }) => {
  const helene = await sign();
  await helene.row('Encombrants, nord').click();
  const id = await until(() => helene.chosen(), Boolean);
  await helene.page.getByRole('toolbar').waitFor();
  await helene.press('p');
  await helene.toast().getByText(/Part dans \d+\ss\./).waitFor();
  await helene.page.reload();
  const said = helene.page.getByText(/^Parti avec le rechargement\s: Prise en charge\s: «\sEncombrants, nord\s»\./);
  await said.waitFor();
  assert.equal((await world.get(`/v1/reports/${id}`)).status, 'assigned');
  await helene.button('Compris').click();
  await said.waitFor({ state: 'detached' });
  await helene.page.reload();
  await helene.inbox();
  assert.equal(await said.count(), 0);
});

story('S says what it put off, and Z brings it back', async ({ sign }) => {
  const helene = await sign();
  await helene.row('Encombrants, sud').click();
  await helene.page.getByRole('toolbar').waitFor();
  await helene.press('s');
  await helene.page.getByText('Remis à plus tard : « Encombrants, sud ».').last().waitFor();
  await until(() => helene.row('Encombrants, sud').innerText(), (text) => /Plus tard/.test(text));
  await helene.press('z');
  await until(() => helene.row('Encombrants, sud').innerText(), (text) => !/Plus tard/.test(text));
  await helene.toast().waitFor({ state: 'detached' });
});

story('a row and an event say to whom it was assigned, and that it was taken only of who took it', async ({ world, sign }) => {
  const helene = await sign();
  await helene.row('Encombrants, est').click();
  const id = await until(() => helene.chosen(), Boolean);
  await world.api('POST', `/v1/reports/${id}/assign`, { to: 'pm-centre' });
  await until(() => helene.row('Encombrants, est').innerText(), (text) => /Affecté à pm-centre/.test(plain(text)));
  const heading = helene.page.locator('article header');
  await heading.getByText('Affecté à pm-centre').waitFor();
  await world.api('POST', `/v1/reports/${id}/assign`, { to: 'Hélène Marchand' });
  await heading.getByText('Pris en charge : Hélène Marchand').waitFor();
  await until(() => helene.row('Encombrants, est').innerText(), (text) => /Affecté à vous/.test(plain(text)));
});

story('the counts agree with the rows: what is closed stays in sight, and is counted apart', async ({ world, sign }) => {
  const helene = await sign();
  await helene.row('Encombrants, ouest').waitFor();
  const { to_treat: open } = await world.get('/v1/summary');
  await helene.row('Encombrants, ouest').click();
  const id = await until(() => helene.chosen(), Boolean);
  await helene.press('c');
  const dialog = helene.page.getByRole('dialog');
  await dialog.getByLabel('Motif').fill('Enlevés');
  await helene.button('Clore l’événement', dialog).click();
  const agrees = async () => {
    await helene.page.getByText(new RegExp(`^${open - 1}\\sévénements à traiter, 1\\sdécidé depuis\\s: `)).waitFor();
    await helene.page.getByText(new RegExp(`^Reste à traiter\\s: ${open - 1}$`)).waitFor();
    assert.equal(await helene.rows().count(), open);
  };
  await agrees();
  // The same once the server has it.
  await until(() => world.get(`/v1/reports/${id}`), ({ status }) => status === 'closed', 20_000);
  await helene.toast().waitFor({ state: 'detached' });
  await agrees();
});
