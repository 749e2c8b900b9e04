// What passes between the search field and the list it searches: who pressed Enter goes to the first row found; a
// search that is given up is said by the list. Changes when the two have something more to tell.

let entering = $state<string | null>(null);
let cleared = $state('');
let ends: ReturnType<typeof setTimeout> | undefined;
/** As long as what was just done is said elsewhere. */
const SAID_MS = 10_000;

/** Enter was pressed: the list that answers `asked` (filters, as the address writes them) takes the focus. */
export function enter(asked: string): void {
  entering = asked;
}

/** The list that was entered; null when none is. */
export const searched = {
  get entering(): string | null {
    return entering;
  },
  /** The words whose search was just given up; else empty. */
  get cleared(): string {
    return cleared;
  },
};

/** The list took the focus, or has no row to give it to. */
export function entered(): void {
  entering = null;
}

/** The search for these words was given up; empty: another one began. */
export function clear(words: string): void {
  clearTimeout(ends);
  cleared = words;
  if (words) ends = setTimeout(() => (cleared = ''), SAID_MS);
}
