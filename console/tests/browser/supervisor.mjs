// A supervisor driven from outside: one JSON object a line on the standard input, one answer a line on the
// standard output. For journeys that are told in another language. Knows what can be asked; the screens are
// desk.mjs's. Changes when a journey asks more.
//   {"do":"open","link":…}  {"do":"see","text":…,"within_ms":…}  {"do":"see-divergence","within_ms":…}
//   {"do":"decide","key":…,"choose":1} or {…,"value":…,"reason":…}  {"do":"shot","file":…}  {"do":"close"}
// A decision is answered when it stands on screen, over 10 s later: the page holds it that long.
// Answers {"ok":true,…} or {"ok":false,"error":…}; ends after close, and when its input does.

import { createInterface } from 'node:readline';

import { Browser } from './browser.mjs';
import { Desk } from './desk.mjs';

const PATIENCE_MS = 15_000;
const here = {};

const asked = {
  async open({ link, width, height, theme, language }) {
    here.browser ??= await Browser.launch();
    const { origin } = new URL(link);
    const { page, watch } = await here.browser.person({ origin, width, height, theme, language });
    here.desk = new Desk(page, watch);
    await here.desk.open(link);
    return { url: page.url() };
  },

  async see({ text, within_ms: within = PATIENCE_MS }) {
    const begun = performance.now();
    await here.desk.page.getByText(text).first().waitFor({ timeout: within });
    return { ms: Math.round(performance.now() - begun) };
  },

  async 'see-divergence'({ within_ms: within = PATIENCE_MS }) {
    const begun = performance.now();
    const seen = await here.desk.seeDivergence(within);
    return { ...seen, ms: Math.round(performance.now() - begun) };
  },

  async decide({ key, choose, value, reason }) {
    const whole = key.includes('/') ? key : `facts/${key}`;
    if (choose !== undefined) await here.desk.choose(whole, choose);
    else await here.desk.third(whole, value, reason);
    return { key: whole };
  },

  async shot({ file }) {
    await here.desk.page.screenshot({ path: file });
    return { file };
  },

  async close() {
    const faults = here.desk?.watch.unexpected ?? [];
    await here.browser?.close();
    here.browser = undefined;
    return { faults };
  },
};

async function answer(line) {
  try {
    const order = JSON.parse(line);
    const act = asked[order.do];
    if (!act) throw new Error(`asked for ${JSON.stringify(order.do)}: known are ${Object.keys(asked).join(', ')}`);
    if (!here.desk && order.do !== 'open' && order.do !== 'close') throw new Error('open a link first');
    return { ok: true, ...(await act(order)) };
  } catch (error) {
    return { ok: false, error: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  const told = await answer(line);
  process.stdout.write(`${JSON.stringify(told)}\n`);
  if (told.ok && JSON.parse(line).do === 'close') break;
}
// Whoever drives may keep its end open after close: nothing more is read.
process.stdin.destroy();
await here.browser?.close();
