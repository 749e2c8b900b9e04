// One act given to several reports of an event is stored in each: told once. Pure.
// Changes when an act is recognised another way.

/** Acts of one person with the same words within this time are one act. */
const SAME_ACT_MS = 2_000;

/** What makes an act the same as another. Null: never the same as another. */
export interface Mark {
  who: string;
  what: string;
  atMs: number;
}

/** The list without what only repeats an act already told. */
export function onlyOnce<T>(list: readonly T[], mark: (one: T) => Mark | null): T[] {
  const told: Mark[] = [];
  return list.filter((one) => {
    const seen = mark(one);
    if (!seen) return true;
    const again = told.some(
      ({ who, what, atMs }) => who === seen.who && what === seen.what && Math.abs(atMs - seen.atMs) <= SAME_ACT_MS,
    );
    told.push(seen);
    return !again;
  });
}
