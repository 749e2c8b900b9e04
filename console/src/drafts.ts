// Text that somebody types and has not given yet, kept in this browser per person and field: it survives
// a reload, a session that ends, a server that is gone. Changes when what is kept changes.
import { session } from './session.svelte';

const PREFIX = 'ronde.draft.';
/** Characters kept of one field. */
const LONGEST = 20_000;

function place(field: string): string {
  return `${PREFIX}${session.me?.agent ?? ''}.${field}`;
}

/** What was typed in a field before, or nothing. `field` names it for good: `close.<event id>`. */
export function kept(field: string): string {
  return localStorage.getItem(place(field)) ?? '';
}

/** Keeps what is typed now; an empty text forgets the field. False when the browser has no room left. */
export function keep(field: string, text: string): boolean {
  try {
    if (text === '') localStorage.removeItem(place(field));
    else localStorage.setItem(place(field), text.slice(0, LONGEST));
    return true;
  } catch {
    return false;
  }
}

/** The text was given, or given up. */
export function forget(field: string): void {
  localStorage.removeItem(place(field));
}
