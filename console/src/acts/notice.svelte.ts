// The last thing done here that no server hears of, said once beside the acts that leave: with the way to take it
// back. Gives way to the next act. Changes when something else is said there.
import { present } from '../clock.svelte';

/** What was done, and what undoes it. */
export interface Notice {
  said: string;
  /** When, ms since 1970 UTC. */
  atMs: number;
  undo: () => void;
}

/** As long as an act can be taken back. */
const SHOWN_MS = 10_000;

let latest = $state.raw<Notice | null>(null);
let ends: ReturnType<typeof setTimeout> | undefined;

/** What is said now. */
export const notice = {
  get now(): Notice | null {
    return latest;
  },
};

/** Says it until it is ten seconds old, or something else is done. */
export function say(said: string, undo: () => void): void {
  clearTimeout(ends);
  latest = { said, atMs: present(), undo };
  ends = setTimeout(silence, SHOWN_MS);
}

/** Says nothing more. */
export function silence(): void {
  clearTimeout(ends);
  latest = null;
}
