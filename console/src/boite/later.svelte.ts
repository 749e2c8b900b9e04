// Events put off with "Plus tard": skipped when the next one is looked for. Kept for this tab only.
import { SvelteSet } from 'svelte/reactivity';

const KEY = 'ronde.later';

function stored(): string[] {
  try {
    const list: unknown = JSON.parse(globalThis.sessionStorage?.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? list.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

const put = new SvelteSet<string>(stored());

/** What was put off. */
export const later = {
  has(id: string): boolean {
    return put.has(id);
  },
  /** Puts an event off, or back. */
  turn(id: string): void {
    if (!put.delete(id)) put.add(id);
    globalThis.sessionStorage?.setItem(KEY, JSON.stringify([...put].slice(-500)));
  },
};
