// The design tokens the map is drawn with, read from the page: canvas and WebGL take no CSS variables.
// Changes when the map uses another token.
import type { Severity } from '../design/severity';

export interface Palette {
  outside: string;
  land: string;
  landPn: string;
  border: string;
  text: string;
  muted: string;
  raised: string;
  accent: string;
  fill: Record<Severity, string>;
  on: Record<Severity, string>;
}

/** The tokens in force now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const each = (part: 'fill' | 'on'): Record<Severity, string> => ({
    1: token(`severity-s1-${part}`),
    2: token(`severity-s2-${part}`),
    3: token(`severity-s3-${part}`),
    4: token(`severity-s4-${part}`),
    5: token(`severity-s5-${part}`),
  });
  return {
    outside: token('map-outside'),
    land: token('map-land'),
    landPn: token('map-land-pn'),
    border: token('map-border'),
    text: token('text-default'),
    muted: token('text-muted'),
    raised: token('bg-raised'),
    accent: token('accent-fill'),
    fill: each('fill'),
    on: each('on'),
  };
}

/** Calls back each time the theme may have changed: the system's, or the setting. Gives back what ends it. */
export function followTheme(tell: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const setting = new MutationObserver(tell);
  setting.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  dark.addEventListener('change', tell);
  return () => {
    setting.disconnect();
    dark.removeEventListener('change', tell);
  };
}
