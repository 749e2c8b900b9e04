// Builds the page aside, packs it, then puts it in place of dist/: a server that reads dist/ at each
// request never finds half a page, and a build that fails leaves the last one standing.
import { chmodSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { pack } from './pack.mjs';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const aside = mkdtempSync(at('node_modules/.build-'));
const dist = at('dist');

try {
  await build({ root: at('.'), build: { outDir: aside, emptyOutDir: true } });
  pack(aside);
  const old = `${aside}.old`;
  try {
    renameSync(dist, old);
  } catch (absent) {
    if (absent.code !== 'ENOENT') throw absent;
  }
  chmodSync(aside, 0o755);
  renameSync(aside, dist);
  rmSync(old, { recursive: true, force: true });
} catch (failure) {
  rmSync(aside, { recursive: true, force: true });
  console.error(`\nThe console was not built: ${failure.message}`);
  process.exit(1);
}
