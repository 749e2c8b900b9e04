// Chromium as the stories use it: fresh, without a GPU, without a network of its own. Every page is
// watched: what it logs as an error, what its policy refuses, what it asks of another host.
// Knows the browser; nothing of the console's screens. Changes with the browser.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium } from 'playwright-core';

const executablePath = process.env.RONDE_CHROMIUM ?? '/usr/bin/chromium';

// WebGL 2 in software: the map is drawn the same on every machine.
const software = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const quiet = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--force-color-profile=srgb',
];

/** A browser of one file of stories. */
export class Browser {
  /** @param {{webgl?: boolean}} how */
  static async launch({ webgl = true } = {}) {
    const browser = new Browser();
    browser.profile = await mkdtemp(path.join(tmpdir(), 'ronde-browser-'));
    const args = [...quiet, ...(webgl ? software : ['--disable-gpu', '--disable-3d-apis'])];
    browser.chromium = await chromium.launch({ executablePath, headless: true, args });
    return browser;
  }

  /**
   * A page of a person who was never here before.
   * @param {{origin: string, width?: number, height?: number, theme?: 'light'|'dark', language?: 'fr'|'en',
   *   still?: boolean}} how
   */
  async person(how) {
    const { origin, width = 1440, height = 900, theme = 'light', language = 'fr', still = true } = how;
    const context = await this.chromium.newContext({
      viewport: { width, height },
      colorScheme: theme,
      locale: language === 'fr' ? 'fr-FR' : 'en-GB',
      reducedMotion: still ? 'reduce' : 'no-preference',
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const watch = new Watch(origin);
    await watch.over(context, page);
    return { context, page, watch };
  }

  async close() {
    await this.chromium.close();
    await rm(this.profile, { recursive: true, force: true });
  }
}

/** What must never happen on a page, kept as it happens. */
export class Watch {
  constructor(origin) {
    this.origin = origin;
    this.faults = [];
    /** Console errors a story expects: the browser tells a refused or unreachable request as one. */
    this.expected = [];
  }

  async over(context, page) {
    await context.exposeBinding('rondeRefusedByPolicy', (_, told) => this.faults.push(`policy: ${told}`));
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        const place = `${event.sourceFile}:${event.lineNumber}`;
        globalThis.rondeRefusedByPolicy(`${event.effectiveDirective} ${event.blockedURI} ${event.sample} ${place}`);
      });
    });
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (['data:', 'blob:'].includes(url.protocol) || url.origin === this.origin) return;
      this.faults.push(`request to ${request.url()}`);
    });
    page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      this.faults.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.faults.push(`thrown: ${error.stack ?? error.message}`));
    page.on('dialog', (dialog) => {
      this.faults.push(`dialog: ${dialog.message()}`);
      dialog.dismiss().catch(() => {});
    });
  }

  /** From here on, console lines that match are part of the story. */
  expect(pattern) {
    this.expected.push(pattern);
  }

  /** What happened that no story expects. */
  get unexpected() {
    return this.faults.filter((fault) => !this.expected.some((pattern) => pattern.test(fault)));
  }
}
