// The law of the watch itself: what must never happen on a page is noticed when it does.

import assert from 'node:assert/strict';

import { axe, faint, sideways } from './inspect.mjs';
import { stage, until } from './stage.mjs';

const story = stage();

story('an inline script, a foreign request and a thrown error are noticed', async ({ sign }) => {
  const desk = await sign();
  await desk.page.evaluate(() => {
    const script = document.createElement('script');
    try {
      script.textContent = 'globalThis.broken = 1';
    } catch {
      // Trusted types refuse the text itself.
    }
    document.body.append(script);
    fetch('https://example.invalid/').catch(() => {});
    setTimeout(() => {
      throw new Error('thrown on purpose');
    });
  });
  await until(() => Promise.resolve(desk.watch.faults), (faults) => faults.some((one) => one.includes('thrown on purpose')));
  assert.equal(await desk.page.evaluate(() => globalThis.broken), undefined);
  assert.ok(desk.watch.faults.some((fault) => fault.startsWith('policy: require-trusted-types-for')), desk.watch.faults.join('\n'));
  await until(() => Promise.resolve(desk.watch.faults), (faults) => faults.some((one) => /^policy: connect-src https:\/\/example\.invalid/.test(one)));
  desk.watch.expect(/./);
});

story('a faint text, a missing name and a text out of the window are found', async ({ sign }) => {
  const desk = await sign();
  await desk.page.evaluate(() => {
    const button = document.createElement('button');
    const text = document.createElement('p');
    text.textContent = 'à peine visible';
    text.style.setProperty('color', '#cccccc');
    text.style.setProperty('position', 'fixed');
    text.style.setProperty('left', '3000px');
    document.querySelector('main').append(button, text);
  });
  assert.match((await axe(desk.page)).join('\n'), /button-name/);
  assert.match((await faint(desk.page)).join('\n'), /à peine visible/);
  assert.match((await sideways(desk.page)).join('\n'), /out of the window: p/);
});
