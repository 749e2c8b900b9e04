// How what the stream tells changes the list: rows change in place, new ones wait, none moves.
// Pure; knows no page and no server. Changes when the rule of what waits does.
import type { EventLine } from '../api';
import type { Filters, Order } from './filters';

/** The order of the list: negative when `a` stands before `b`. */
export function compare(order: Order, a: EventLine, b: EventLine): number {
  const grave = order === 'severity' ? b.severity - a.severity : 0;
  return grave || b.newest_ms - a.newest_ms;
}

/** Whether an event's state is one of those asked for. */
export function hasState(line: EventLine, { unread, status }: Filters): boolean {
  const asked = status === 'all' || (status === 'open' ? line.status !== 'closed' : line.status === status);
  return asked && (unread === null || unread === (line.status === 'delivered'));
}

/** Whether an event belongs to what is asked for, as far as the page can tell; a text is the server's to judge. */
export function belongs(line: EventLine, filters: Filters, nowMs: number): boolean {
  const { commune, type, severityMin, unit, divergence, quarantine, hours } = filters;
  return (
    hasState(line, filters) &&
    (!commune || line.commune === commune) &&
    (!type || line.report_type === type) &&
    (!severityMin || line.severity >= severityMin) &&
    (!unit || line.units.includes(unit)) &&
    (!divergence || line.divergences > 0) &&
    (!quarantine || line.quarantined > 0) &&
    (!hours || line.newest_ms >= nowMs - hours * 3_600_000)
  );
}

/** What became of the list. */
export interface Merged {
  items: EventLine[];
  /** New events that wait, in no order. */
  waiting: EventLine[];
}

/**
 * Takes in one changed event. A row that one of its reports leads changes where it stands; further such rows
 * (they were linked) go; an event without a row waits. `gone`: reports that are not read any more.
 */
export function takeIn(list: Merged, line: EventLine, mayJoin: boolean, gone: ReadonlySet<string>): Merged {
  const members = new Set(line.members);
  // A report taken out of its event is another event, and waits; one whose leading report left leads now.
  const isOf = (row: EventLine): boolean =>
    members.has(row.id) || (gone.has(row.id) && row.members.some((id) => members.has(id)));
  const places = list.items.flatMap((row, place) => (isOf(row) ? [place] : []));
  const waitingBefore = list.waiting.filter((row) => !isOf(row));
  const stood = places[0];
  if (stood === undefined) {
    const wasWaiting = waitingBefore.length < list.waiting.length;
    return { items: list.items, waiting: mayJoin || wasWaiting ? [...waitingBefore, line] : waitingBefore };
  }
  const items = list.items.flatMap((row, place) => {
    if (place === stood) return [keepPlace(row, line)];
    return places.includes(place) ? [] : [row];
  });
  return { items, waiting: waitingBefore };
}

// The group a row stands in is that of its severity when it was read: a row that becomes graver says so in
// its mark and moves with the next reading, not under somebody's pointer.
const standing = new WeakMap<EventLine, number>();

/** The severity under whose title a row stands. */
export function groupOf(line: EventLine): number {
  return standing.get(line) ?? line.severity;
}

function keepPlace(before: EventLine, after: EventLine): EventLine {
  standing.set(after, groupOf(before));
  return after;
}

/** Puts what waits at its place. Events beyond the last row read stay for the next page. Gives back the first put. */
export function putIn(list: Merged, order: Order, hasMore: boolean): { items: EventLine[]; first: EventLine | null } {
  const items = [...list.items];
  let first: EventLine | null = null;
  for (const line of [...list.waiting].sort((a, b) => compare(order, a, b))) {
    const found = items.findIndex((row) => compare(order, line, { ...row, severity: groupOf(row) }) < 0);
    if (found < 0 && hasMore) continue;
    items.splice(found < 0 ? items.length : found, 0, line);
    first ??= line;
  }
  return { items, first };
}
