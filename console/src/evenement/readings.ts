// When each reading of an event began, counted over the page. Changes when readings are told apart otherwise.
import type { EventDetail } from '../api';

let begun = 0;
const counts = new WeakMap<EventDetail, number>();

/** A reading begins: its count, to give to `keepCount` with what was read. */
export function beginReading(): number {
  begun += 1;
  return begun;
}

export function keepCount(event: EventDetail, count: number): void {
  counts.set(event, count);
}

/** Which reading it came with; 0 when nobody said. */
export function countOf(event: EventDetail): number {
  return counts.get(event) ?? 0;
}

/** How many have begun. */
export function readingsBegun(): number {
  return begun;
}
