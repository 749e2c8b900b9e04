// After the build: writes .br and .gz beside every file worth it, prints what the first page weighs and
// fails above its limit. The first page: the HTML, the entry with all it imports at once, styles, fonts.
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const LIMIT = 150_000;
const PACKED = /\.(html|js|mjs|css|svg|json|txt|webmanifest)$/;

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

const brotli = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });

/** Packs every file of a folder; gives what each weighs, by its name there. */
function packAll(dist) {
  const weights = new Map();
  for (const path of [...files(dist)]) {
    if (/\.(br|gz)$/.test(path) || path.includes('/.vite/')) continue;
    const bytes = readFileSync(path);
    const packed = PACKED.test(path) ? brotli(bytes) : null;
    // A packed file that is no smaller is not worth its place.
    if (packed && packed.length < bytes.length) {
      writeFileSync(`${path}.br`, packed);
      writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    }
    weights.set(relative(dist, path), { raw: bytes.length, sent: Math.min(packed?.length ?? Infinity, bytes.length) });
  }
  return weights;
}

/** The files that the first page asks for at once, as Vite's manifest tells them. */
function firstPage(dist) {
  const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
  const first = new Set(['index.html']);
  const visit = (key) => {
    const chunk = manifest[key];
    if (!chunk || first.has(chunk.file)) return;
    first.add(chunk.file);
    for (const style of chunk.css ?? []) first.add(style);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(key);
  for (const name of [...first].filter((file) => file.endsWith('.css'))) {
    const css = readFileSync(join(dist, name), 'utf8');
    for (const [, font] of css.matchAll(/url\(\/?([^)'"]+\.woff2)\)/g)) first.add(font);
  }
  return first;
}

/** Packs a built page and prints what it weighs. Throws when the first page is over the limit. */
export function pack(dist) {
  const weights = packAll(dist);
  const first = firstPage(dist);
  rmSync(join(dist, '.vite'), { recursive: true });
  const row = (name, { raw, sent }) => `${name.padEnd(72)} ${String(raw).padStart(9)} ${String(sent).padStart(9)}`;
  console.log(`\n${'file'.padEnd(72)} ${'bytes'.padStart(9)} ${'sent'.padStart(9)}`);
  let total = 0;
  for (const name of first) {
    const weight = weights.get(name);
    if (!weight) throw new Error(`${name} is named by the page and was not built`);
    total += weight.sent;
    console.log(row(name, weight));
  }
  console.log(`${'FIRST PAGE'.padEnd(72)} ${''.padStart(9)} ${String(total).padStart(9)} (limit ${LIMIT})`);
  for (const [name, weight] of weights) if (!first.has(name)) console.log(row(`later: ${name}`, weight));
  if (total > LIMIT) throw new Error(`the first page weighs ${total} bytes as sent, ${total - LIMIT} over the limit`);
}
