// Which screen the address names, and how to go to another. The whole state of a screen that is worth
// sharing is in the address. Changes when a screen is born.

/** A screen. */
export type Screen = 'inbox' | 'event' | 'map' | 'settings' | 'open' | 'unknown';

/** What an address names. */
export interface Route {
  screen: Screen;
  /** The event, on its screen; else empty. */
  id: string;
  query: URLSearchParams;
}

const ID = /^[0-9a-f]{1,64}$/;

/** The route of an address. Anything that is no screen is `unknown`, never an error. */
export function read(address: Pick<URL, 'pathname' | 'search'>): Route {
  const [, first = '', second = '', ...more] = address.pathname.split('/');
  const query = new URLSearchParams(address.search);
  const at = (screen: Screen, id = ''): Route => ({ screen, id, query });
  if (more.length > 0 || (second !== '' && first !== 'evenement')) return at('unknown');
  switch (first) {
    case '':
    case 'boite':
      return at('inbox');
    case 'reglages':
      return at('settings');
    case 'evenement':
      return ID.test(second) ? at('event', second) : at('unknown');
    case 'carte':
      return at('map');
    case 'ouvrir':
      return at('open');
    default:
      return at('unknown');
  }
}

/** What the browser keeps beside an address of the history. */
interface Step {
  /** Names the step for good: what was seen there is kept under it. */
  step: string;
  /** There is a step of this page to come back to. */
  inside: boolean;
}

let current = $state.raw<Route>(read(globalThis.location ?? { pathname: '/', search: '' }));
let step = $state('');

/** The route of the page. */
export const route = {
  get now(): Route {
    return current;
  },
  /** Which step of the history it is: the same again after Back. */
  get step(): string {
    return step;
  },
};

const stepNow = (): Partial<Step> => (history.state as Step | null) ?? {};

function follow(): void {
  if (!stepNow().step) history.replaceState({ inside: false, ...stepNow(), step: crypto.randomUUID() }, '');
  current = read(location);
  step = stepNow().step ?? '';
}

/** Goes to an address of this site. `replace`: without a step to come back to. */
export function go(address: string, how: { replace?: boolean } = {}): void {
  if (address === location.pathname + location.search) return;
  if (how.replace) history.replaceState(history.state, '', address);
  else history.pushState({ inside: true, step: crypto.randomUUID() }, '', address);
  follow();
}

/** One step back; to `otherwise` when the page was opened here. */
export function back(otherwise: string): void {
  if (stepNow().inside) history.back();
  else go(otherwise, { replace: true });
}

/** The address of an event. */
export function eventAddress(id: string): string {
  return `/evenement/${id}`;
}

/** Follows the address bar, and every plain click on a link of this site. Once, by the page. */
export function listen(): void {
  follow();
  addEventListener('popstate', follow);
  document.addEventListener('click', (click) => {
    const link = (click.target as Element | null)?.closest?.('a[href^="/"]');
    if (!(link instanceof HTMLAnchorElement) || click.defaultPrevented || click.button !== 0) return;
    if (click.metaKey || click.ctrlKey || click.shiftKey || click.altKey || link.target || link.download) return;
    if (read(link).screen === 'unknown') return;
    click.preventDefault();
    go(link.pathname + link.search);
  });
}
