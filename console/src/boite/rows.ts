// What the list is made of: group titles and events, each at its height, and which of them are in view.
// Pure; knows no page. Changes when rows are grouped or measured otherwise.

/** One thing in the list: the title of a group with the place of its first event, or an event by its place. */
export type Entry = { kind: 'group'; severity: number; place: number } | { kind: 'event'; place: number };

/** Entries with where each begins, CSS pixels; one more offset than entries. */
export interface Rows {
  entries: Entry[];
  offsets: Float64Array;
}

/** Heights, CSS pixels. */
export interface Heights {
  row: number;
  group: number;
}

/** Lays events out, in their order; `grouped`: a title before each severity. */
export function layOut(severities: readonly number[], heights: Heights, grouped: boolean): Rows {
  const entries: Entry[] = [];
  let before: number | null = null;
  severities.forEach((severity, place) => {
    if (grouped && severity !== before) entries.push({ kind: 'group', severity, place });
    before = severity;
    entries.push({ kind: 'event', place });
  });
  const offsets = new Float64Array(entries.length + 1);
  entries.forEach((entry, index) => {
    offsets[index + 1] = (offsets[index] ?? 0) + (entry.kind === 'group' ? heights.group : heights.row);
  });
  return { entries, offsets };
}

/** Entries in view and a few around: from the first to before the last. */
export interface View {
  first: number;
  last: number;
}

/** Rows kept ready on either side. */
const AROUND = 6;
/** Never more rows than this in the page, whatever the height of the window. */
export const MOST_ROWS = 90;

/** Which entries are seen from `top` on a height. */
export function inView({ entries, offsets }: Rows, top: number, height: number): View {
  const first = Math.max(0, entryAt(offsets, top) - AROUND);
  const last = Math.min(entries.length, entryAt(offsets, top + height) + 1 + AROUND, first + MOST_ROWS);
  return { first, last };
}

/** The entry that covers a height: the first one for what lies before, the last for what lies after. */
export function entryAt(offsets: Float64Array, y: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Where to scroll so that an event is wholly in view; null when it is. A group's title stays with its first row. */
export function scrollFor(rows: Rows, place: number, top: number, height: number): number | null {
  const index = rows.entries.findIndex((entry) => entry.kind === 'event' && entry.place === place);
  if (index < 0) return null;
  const begin = rows.offsets[rows.entries[index - 1]?.kind === 'group' ? index - 1 : index] ?? 0;
  const end = rows.offsets[index + 1] ?? 0;
  if (begin < top) return begin;
  if (end > top + height) return end - height;
  return null;
}
