// Writes src/design/tokens.css from design/tokens.json, the one copy of the tokens.
// `--check` writes nothing and fails when the two differ.
import { readFileSync, writeFileSync } from 'node:fs';

const source = new URL('../../design/tokens.json', import.meta.url);
const target = new URL('../src/design/tokens.css', import.meta.url);

const dashed = (name) => name.replaceAll('_', '-').replace(/[A-Z]/g, (upper) => `-${upper.toLowerCase()}`);

/** Every `$value` under a group, as [name, value, token]. */
function* leaves(group, path = []) {
  if (group && typeof group === 'object' && '$value' in group) {
    yield [path.map(dashed).join('-'), group.$value, group];
    return;
  }
  for (const [name, child] of Object.entries(group ?? {})) {
    if (!name.startsWith('$')) yield* leaves(child, [...path, name]);
  }
}

const rem = (px) => (px === 0 ? '0' : `${px / 16}rem`);
const length = ({ value, unit }) => `${value}${unit}`;
const colours = (theme) => [...leaves(theme)].map(([name, value]) => `  --${name}: ${value.hex};`);

function shadow({ color, offsetX, offsetY, blur, spread }) {
  const [r, g, b] = color.components.map((part) => Math.round(part * 255));
  return `${[offsetX, offsetY, blur, spread].map(length).join(' ')} rgb(${r} ${g} ${b} / ${color.alpha})`;
}

function typography(scale) {
  return [...leaves(scale)].flatMap(([name, value]) => [
    `  --type-${name}-size: ${rem(value.fontSize.value)};`,
    `  --type-${name}-line: ${value.lineHeight};`,
  ]);
}

/** The style sheet for these tokens. */
export function sheet(tokens) {
  const { color, font, type, space, radius, elevation, motion, target: touch, layout } = tokens;
  const named = (prefix, group, write) =>
    [...leaves(group)].map(([name, value]) => `  --${prefix}-${name}: ${write(value)};`);
  const plain = [
    ...named('font', font.family, (names) => names.map((n) => (n.includes(' ') ? `'${n}'` : n)).join(', ')),
    ...named('weight', font.weight, String),
    ...typography(type.console),
    ...named('space', space, length),
    ...named('radius', radius, length),
    ...named('elevation', elevation, shadow),
    ...named('motion', motion.duration, length),
    ...named('ease', motion.ease, (points) => `cubic-bezier(${points.join(', ')})`),
    ...named('target', touch, length),
    ...named('layout', layout, length),
  ];
  const indent = (lines) => lines.map((line) => `  ${line}`);
  const dark = ['  color-scheme: dark;', ...colours(color.dark)];
  return [
    '/* Written by scripts/tokens.mjs from design/tokens.json: change that file, then run `npm run tokens`. */',
    ':root {',
    '  color-scheme: light;',
    ...colours(color.light),
    ...plain,
    '}',
    '@media (prefers-color-scheme: dark) {',
    "  :root:not([data-theme='light']) {",
    ...indent(dark),
    '  }',
    '}',
    ":root[data-theme='dark'] {",
    ...dark,
    '}',
    '@media (prefers-reduced-motion: reduce) {',
    '  :root {',
    '    --motion-quick: 0ms;',
    '    --motion-move: 0ms;',
    '  }',
    '}',
    '',
  ].join('\n');
}

if (process.argv[1] && import.meta.url.endsWith(process.argv[1].split('/').pop() ?? '')) {
  const written = sheet(JSON.parse(readFileSync(source, 'utf8')));
  if (process.argv.includes('--check')) {
    if (readFileSync(target, 'utf8') !== written) {
      console.error('src/design/tokens.css differs from design/tokens.json: run `npm run tokens`');
      process.exit(1);
    }
  } else {
    writeFileSync(target, written);
  }
}
