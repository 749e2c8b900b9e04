// Events put off with "Plus tard": skipped when the next one is looked for. Kept for this tab and this person only.
import { SvelteSet } from 'svelte/reactivity';
import { onLeft, session } from '../session.svelte';

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

/** Nobody skips what another one put off. */
const own = (id: string): string => `${session.me?.agent ?? ''}/${id}`;

onLeft(() => {
  put.clear();
  globalThis.sessionStorage?.removeItem(KEY);
});

/** What was put off. */
export const later = {
  has(id: string): boolean {
    return put.has(own(id));
  },
  /** Puts an event off, or back. */
  turn(id: string): void {
    if (!put.delete(own(id))) put.add(own(id));
    globalThis.sessionStorage?.setItem(KEY, JSON.stringify([...put].slice(-500)));
  },
};
