import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// RONDE_SERVER_URL: a running ronde-server that the development server passes /v1 on to.
const server = process.env['RONDE_SERVER_URL'] ?? 'http://127.0.0.1:8440';

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  // Nothing is inlined: the page's policy forbids data: scripts and styles.
  build: { manifest: true, reportCompressedSize: false, chunkSizeWarningLimit: 1200, assetsInlineLimit: 0, target: 'es2022', modulePreload: { polyfill: false } },
  worker: { format: 'es' },
  server: { proxy: { '/v1': { target: server, changeOrigin: false } } },
  // Svelte's server build is what Node would take; the units mount components as a browser does.
  ...(mode === 'test' ? { resolve: { conditions: ['browser'] } } : {}),
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
}));
