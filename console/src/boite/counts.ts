// How many events there are of what is asked for, and how many of the rows on screen are of it no more: what was
// decided since stays in the list until it is read again. Pure. Changes with what the list keeps.
import type { EventLine } from '../api';
import { groupOf } from './merging';

/** Counts that agree with the rows on screen. */
export interface Counts {
  /** Events asked for. */
  total: number;
  /** The same of each severity, 1 to 5. */
  bySeverity: number[];
  /** Rows on screen that are not asked for any more, of each severity. */
  since: number[];
}

/** What the server counted, once what this person holds has left. `shown`: a line as it will stand then. */
export function countsOf(
  items: readonly EventLine[],
  counted: Pick<Counts, 'total' | 'bySeverity'>,
  shown: (line: EventLine) => EventLine,
  isAsked: (line: EventLine) => boolean,
): Counts {
  let { total } = counted;
  const bySeverity = [...counted.bySeverity];
  const since = bySeverity.map(() => 0);
  for (const line of items) {
    if (isAsked(shown(line))) continue;
    since[groupOf(line) - 1] = (since[groupOf(line) - 1] ?? 0) + 1;
    if (!isAsked(line)) continue;
    total = Math.max(0, total - 1);
    bySeverity[line.severity - 1] = Math.max(0, (bySeverity[line.severity - 1] ?? 0) - 1);
  }
  return { total, bySeverity, since };
}

/** How many rows. */
export const sumOf = (counts: readonly number[]): number => counts.reduce((sum, one) => sum + one, 0);
