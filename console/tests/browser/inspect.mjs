// What can be measured on a page without knowing what it shows: axe's rules, what leaves the width of the
// window, the contrast of every text that is seen. Changes with the rules.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against, as lines: rule, place, why. */
export async function axe(page) {
  // By evaluation: the page's policy lets no script tag in.
  await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary.replaceAll('\n', ' ')}`),
  );
}

/** What stands out of the window's width, or can be moved sideways. */
export function sideways(page) {
  return page.evaluate(() => {
    const wide = innerWidth;
    const named = (node) => `${node.tagName.toLowerCase()}.${[...node.classList].join('.')} ${(node.textContent ?? '').trim().slice(0, 40)}`;
    const found = [];
    if (document.documentElement.scrollWidth > wide) found.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    for (const node of document.querySelectorAll('body *')) {
      const style = getComputedStyle(node);
      if (style.visibility === 'hidden' || node.closest('.unseen, canvas, svg, .skip')) continue;
      const box = node.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const scrolls = ['auto', 'scroll'].includes(style.overflowX) && node.scrollWidth > node.clientWidth + 1;
      if (scrolls) found.push(`moves sideways: ${named(node)} ${node.scrollWidth} > ${node.clientWidth}`);
      const text = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
      if (!text && !['BUTTON', 'A', 'INPUT', 'SELECT', 'TEXTAREA'].includes(node.tagName)) continue;
      if (box.right > wide + 1 || box.left < -1) found.push(`out of the window: ${named(node)} ${Math.round(box.left)}…${Math.round(box.right)}`);
      const cut = ['hidden', 'clip'].includes(style.overflowX) && node.scrollWidth > node.clientWidth + 1;
      if (cut && style.textOverflow !== 'ellipsis') found.push(`cut: ${named(node)}`);
    }
    return found;
  });
}

/** Texts seen with too little contrast: under 4.5, or 3 for large ones. */
export function faint(page) {
  return page.evaluate(() => {
    const read = (text) => {
      const found = /rgba?\(([\d.]+)[ ,]+([\d.]+)[ ,]+([\d.]+)(?:[ ,/]+([\d.]+))?\)/.exec(text);
      return found ? [Number(found[1]), Number(found[2]), Number(found[3]), Number(found[4] ?? 1)] : null;
    };
    const over = ([r, g, b, a], under) => [r, g, b].map((value, i) => value * a + under[i] * (1 - a)).concat(1);
    const light = ([r, g, b]) =>
      [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ratio = (one, other) => {
      const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
      return (high + 0.05) / (low + 0.05);
    };
    const ground = (node) => {
      const layers = [];
      for (let at = node; at; at = at.parentElement) {
        const colour = read(getComputedStyle(at).backgroundColor);
        if (colour && colour[3] > 0) layers.push(colour);
        if (colour?.[3] === 1) break;
      }
      return layers.reduceRight((under, layer) => over(layer, under), [255, 255, 255, 1]);
    };
    const found = [];
    for (const node of document.querySelectorAll('body *')) {
      if (![...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim())) continue;
      const style = getComputedStyle(node);
      const box = node.getBoundingClientRect();
      if (style.visibility === 'hidden' || box.width < 2 || box.height < 2 || node.closest('.unseen, svg, :disabled, .skip')) continue;
      const colour = read(style.color);
      if (!colour) continue;
      const under = ground(node);
      const contrast = ratio(over(colour, under), under);
      const size = parseFloat(style.fontSize);
      const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
      if (contrast < least - 0.01) found.push(`${contrast.toFixed(2)} < ${least}: ${node.className} ${node.textContent.trim().slice(0, 40)}`);
    }
    return found;
  });
}
