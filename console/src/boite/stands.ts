// Where each list stood, by step of the history, so that Back finds it as it was left. Kept for this tab, over
// a reload too. Changes when more of a list is found again.

/** Steps kept. */
const MOST = 100;
const KEY = 'ronde.stands';

/** How far a list was scrolled, CSS pixels, and which row had the focus. */
export interface Stand {
  top: number;
  row?: string;
}

function stored(): [string, Stand][] {
  try {
    const list: unknown = JSON.parse(globalThis.sessionStorage?.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? (list as [string, Stand][]) : [];
  } catch {
    return [];
  }
}

const stands = new Map<string, Stand>(stored());
globalThis.addEventListener?.('pagehide', () => sessionStorage.setItem(KEY, JSON.stringify([...stands].slice(-MOST))));

/** How the list of a step was left, if somebody was there. */
export function standOf(step: string): Stand | undefined {
  return stands.get(step);
}

/** Keeps something of how the list of a step stands. */
export function keepStand(step: string, change: Partial<Stand>): void {
  const before = stands.get(step);
  stands.delete(step);
  stands.set(step, { top: 0, ...before, ...change });
}
