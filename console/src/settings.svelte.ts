// What a person sets for this browser: theme and keys. Language is kept with the words.

/** Follow the system, or not. */
export type Theme = 'auto' | 'light' | 'dark';

const THEME = 'ronde.theme';
const KEYS = 'ronde.keys';

const stored = globalThis.localStorage;
const asked = stored?.getItem(THEME);

let theme = $state<Theme>(asked === 'light' || asked === 'dark' ? asked : 'auto');
let keys = $state(stored?.getItem(KEYS) !== 'off');

/** Writes the theme on the page. Once at the start; then by itself. */
export function applyTheme(): void {
  const root = document.documentElement;
  if (theme === 'auto') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
}

/** The settings, followed by whatever reads them in a component. */
export const settings = {
  get theme(): Theme {
    return theme;
  },
  set theme(chosen: Theme) {
    theme = chosen;
    stored?.setItem(THEME, chosen);
    applyTheme();
  },
  /** Single keys decide. */
  get keys(): boolean {
    return keys;
  },
  set keys(on: boolean) {
    keys = on;
    stored?.setItem(KEYS, on ? 'on' : 'off');
  },
};
