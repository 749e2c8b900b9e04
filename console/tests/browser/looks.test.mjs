// Stories of how every screen stands: axe, both themes, narrow windows, large text, contrast.

import assert from 'node:assert/strict';

import { axe, faint, sideways } from './inspect.mjs';
import { stage } from './stage.mjs';
import { fillTown } from './town.mjs';

const story = stage({ fill: fillTown });

/** Every screen: how a person comes to it, and what shows that it stands. */
const screens = {
  'la Boîte': async (desk) => {
    await desk.go('/boite');
    await desk.rows().first().waitFor();
  },
  'la Boîte, un événement choisi': async (desk, { brawl }) => {
    await desk.go(`/boite?e=${brawl}`);
    await desk.rows().first().waitFor();
  },
  'la Boîte en liste': async (desk) => {
    await desk.go('/boite?order=newest');
    await desk.rows().first().waitFor();
  },
  'la Boîte vide': async (desk) => {
    await desk.go('/boite?text=introuvable');
    await desk.page.getByText('Aucun événement ici.').or(desk.page.getByText('No event here.')).waitFor();
  },
  'les filtres': async (desk) => {
    await desk.go('/boite?severity_min=3');
    await desk.page.getByRole('button', { name: /Filtres|Filters/ }).click();
    await desk.page.getByRole('dialog').waitFor();
  },
  'un motif de clôture': async (desk, { brawl }) => {
    await desk.go(desk.page.viewportSize().width < 768 ? `/evenement/${brawl}` : `/boite?e=${brawl}`);
    await desk.page.locator('[data-statement]').first().waitFor();
    const bar = desk.page.getByRole('toolbar');
    const close = bar.getByRole('button', { name: /Clore|Close/ });
    if (!(await close.isVisible())) await bar.getByRole('button', { name: /Autres actes|Other acts/ }).click();
    await close.click();
    await desk.page.getByRole('dialog').waitFor();
  },
  'des actes récents': async (desk, { brawl }) => {
    const narrow = desk.page.viewportSize().width < 768;
    await desk.go(narrow ? `/evenement/${brawl}` : `/boite?e=${brawl}`);
    await desk.page.getByRole('toolbar').waitFor();
    await desk.press('l');
    await desk.page.locator('.toast').first().waitFor();
    // A narrow page that knows no list is back in the inbox, where nothing is chosen.
    if (narrow) return;
    await desk.press('s');
    await desk.page.locator('.toast').nth(1).waitFor();
  },
  'un événement et ses divergences': async (desk, { brawl }) => {
    await desk.event(brawl);
    const compare = desk.page.getByRole('button', { name: /^(Comparer|Compare)/ }).first();
    if (desk.page.viewportSize().width < 768) await compare.click();
    await desk.page.locator('[data-divergence] form').first().waitFor();
  },
  'un événement décidé': async (desk, { gathering }) => {
    await desk.event(gathering);
    await desk.decided('facts/people_count');
  },
  'un événement mis à l’écart': async (desk, { aside }) => {
    await desk.event(aside);
    await desk.page.locator('main h3').first().waitFor();
  },
  'la Carte': async (desk, { brawl }) => {
    await desk.go(`/carte?sur=${brawl}`);
    await desk.rows().first().waitFor();
    await desk.page.locator('canvas').waitFor();
  },
  'la Carte en liste': async (desk) => {
    await desk.go('/carte?vue=liste');
    await desk.rows().first().waitFor();
  },
  'les Réglages': async (desk) => {
    await desk.go('/reglages');
    await desk.page.getByRole('radio').or(desk.page.getByRole('checkbox')).first().waitFor();
  },
  'les touches': async (desk) => {
    await desk.go('/reglages');
    await desk.page.getByRole('button', { name: /Voir toutes les touches|See all keys/ }).click();
    await desk.page.getByRole('dialog').waitFor();
  },
  'une adresse inconnue': async (desk) => {
    await desk.go('/evenement/zz');
    await desk.page.locator('main').waitFor();
  },
};

async function eachScreen(desk, given, look) {
  // What surrounds every screen is told once, with where it was seen.
  const found = new Map();
  for (const [name, come] of Object.entries(screens)) {
    await come(desk, given);
    for (const fault of await look(desk.page)) found.set(fault, [...(found.get(fault) ?? []), name]);
  }
  return [...found].map(([fault, where]) => `${fault} — ${where.join(', ')}`);
}

for (const theme of ['light', 'dark']) {
  story(`axe finds nothing against any screen, ${theme}`, async ({ given, sign }) => {
    const desk = await sign('Hélène Marchand', { theme });
    assert.deepEqual(await eachScreen(desk, given, axe), []);
  });

  story(`every text is seen with enough contrast, ${theme}`, async ({ given, sign }) => {
    const desk = await sign('Hélène Marchand', { theme });
    assert.deepEqual(await eachScreen(desk, given, faint), []);
  });
}

story('axe finds nothing at 320 px, in English', async ({ given, sign }) => {
  const desk = await sign('Hélène Marchand', { width: 320, height: 640, language: 'en' });
  assert.deepEqual(await eachScreen(desk, given, axe), []);
});

story('at 320 px every screen reads downwards, nothing moves sideways', async ({ given, sign }) => {
  const desk = await sign('Hélène Marchand', { width: 320, height: 640 });
  assert.deepEqual(await eachScreen(desk, given, sideways), []);
});

for (const width of [1280, 768, 320]) {
  story(`text of 200 % is read whole at ${width} px`, async ({ given, sign }) => {
    const desk = await sign('Hélène Marchand', { width, height: 800 });
    await desk.page.context().addInitScript(() => {
      addEventListener('DOMContentLoaded', () => document.documentElement.style.setProperty('font-size', '200%'));
    });
    assert.deepEqual(await eachScreen(desk, given, sideways), []);
  });
}

for (const width of [1440, 1366, 1024, 768]) {
  story(`the acts of triage stand on one line at ${width} px`, async ({ given, sign }) => {
    const desk = await sign('Hélène Marchand', { width, height: 768 });
    await desk.go(`/boite?e=${given.brawl}`);
    const buttons = desk.page.getByRole('toolbar').getByRole('button').filter({ visible: true });
    await buttons.first().waitFor();
    const tops = await buttons.evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
    assert.deepEqual([tops.length, new Set(tops).size], [6, 1], `${tops}`);
  });
}

for (const width of [1366, 1024, 768, 320]) {
  story(`a card shows its values and the third one whole, with one width for all on a line, at ${width} px`, async ({ given, sign }) => {
    const desk = await sign('Hélène Marchand', { width, height: 768 });
    await desk.go(width < 768 ? `/evenement/${given.brawl}` : `/boite?e=${given.brawl}`);
    await desk.button(/^Comparer/).first().click();
    const columns = desk.divergence().getByRole('list').first().locator(':scope > li');
    await columns.nth(2).waitFor();
    const boxes = await columns.evaluateAll((all) =>
      all.map((one) => ({ ...one.getBoundingClientRect().toJSON(), room: one.closest('[data-divergence]').getBoundingClientRect().right })),
    );
    assert.equal(boxes.length, 3);
    for (const { left, right, width: wide, room } of boxes) assert.ok(left >= 0 && right <= room + 1 && wide >= 150, JSON.stringify(boxes));
    const last = boxes[2];
    const beside = boxes.filter(({ top }) => Math.abs(top - last.top) < 2);
    // Alone on its line it has all of it; beside others it weighs as they do.
    if (beside.length === 1) assert.ok(Math.abs(last.right - last.room) < 2, JSON.stringify(boxes));
    else assert.equal(new Set(beside.map(({ width: wide }) => Math.round(wide))).size, 1);
  });
}
