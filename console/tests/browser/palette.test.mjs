// The law of the palette: the style sheet keeps every contrast that the tokens promise.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { repository } from './world.mjs';

test('every pair of the palette that the tokens promise has its contrast in the style sheet', async () => {
  const tokens = JSON.parse(await readFile(path.join(repository, 'design/tokens.json'), 'utf8'));
  const css = await readFile(path.join(repository, 'console/src/design/tokens.css'), 'utf8');
  const [light = '', dark = ''] = css.split(/\[data-theme='dark'\]|\[data-theme="dark"\]/);
  let pairs = 0;
  for (const [theme, sheet] of [['light', light], ['dark', dark]]) {
    const written = (name) => new RegExp(`--${name.replaceAll(/[._]/g, '-')}:\\s*(#[0-9a-f]{6})`, 'i').exec(sheet)?.[1];
    for (const [name, { extensions }] of colours(tokens.color[theme])) {
      const own = written(name);
      if (!own) continue;
      for (const ground of Object.keys(extensions.contrast)) {
        const under = written(ground);
        if (!under) continue;
        pairs += 1;
        const found = contrast(own, under);
        // On the map a fill is a mark, not a text: 3 is enough for what is known by its shape.
        const least = ground.startsWith('map.') && !name.startsWith('text.') ? 3 : extensions.min;
        assert.ok(found >= least - 0.005, `${theme}: ${name} on ${ground}: ${found.toFixed(2)} < ${least}`);
      }
    }
  }
  console.log(`${pairs} pairs`);
  assert.ok(pairs >= 200, `only ${pairs} pairs found`);
});

/** Every colour with its promised contrasts: `severity.s1.fill`. */
function* colours(group, prefix = '') {
  for (const [name, value] of Object.entries(group)) {
    if (name.startsWith('$')) continue;
    if (!value.$value) yield* colours(value, `${prefix}${name}.`);
    else if (value.$extensions?.ronde?.contrast) yield [`${prefix}${name}`, { extensions: value.$extensions.ronde }];
  }
}

function contrast(one, other) {
  const light = (hex) =>
    [1, 3, 5]
      .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

