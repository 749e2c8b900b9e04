// Writes src/design/icons.ts: the paths of the Tabler outline icons that the console uses, and no other.
// To use another icon, add its name here and run `node scripts/icons.mjs`.
import { readFileSync, writeFileSync } from 'node:fs';

const NAMES = `
adjustments-horizontal alert-triangle arrow-back-up arrow-left arrow-right arrows-split-2 bell bookmark building-community bus
chart-bar check checklist current-location chevron-down chevron-right circle-check clock clock-pause cloud-check cloud-off cloud-up
device-mobile dots eye eye-off flag folders git-merge hand-stop hand-off history inbox info-circle keyboard language link list lock
logout map-2 map-pin map-pin-off message-2 minus moon notebook pencil phone photo plus question-mark refresh search send settings share-2
shield-check sun trash unlink user user-check user-question users wifi-off x
`
  .trim()
  .split(/\s+/)
  .sort();

const set = new URL('../node_modules/@tabler/icons/icons/outline/', import.meta.url);

function pathsOf(name) {
  const svg = readFileSync(new URL(`${name}.svg`, set), 'utf8');
  const drawn = [...svg.matchAll(/<(\w+)\b[^>]*?\sd="([^"]+)"[^>]*>/g)].filter(([tag]) => !tag.includes('M0 0h24v24H0z'));
  return drawn.map(([, , d]) => d);
}

const lines = NAMES.map((name) => `  '${name}': [${pathsOf(name).map((d) => `'${d}'`).join(', ')}],`);
writeFileSync(
  new URL('../src/design/icons.ts', import.meta.url),
  [
    '// Written by scripts/icons.mjs from Tabler Icons (MIT, Copyright (c) 2020-2026 Paweł Kuna).',
    'export const icons = {',
    ...lines,
    '} as const;',
    '',
    '/** An icon the console ships. */',
    'export type IconName = keyof typeof icons;',
    '',
  ].join('\n'),
);
