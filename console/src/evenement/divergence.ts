// Which divergences stand open in an event, in which order, and what a decision sends. Pure: what was on
// screen is given back exactly. Changes when deciding does.
import type { EventDetail, Report, Shapes } from '../api';
import type { Fact } from './value';

export type Divergence = Shapes['Divergence'];
export type Voice = Shapes['Voice'];
export type Decision = Shapes['Decision'];
export type Difference = Shapes['Difference'];

/** A divergence of one of the event's reports. */
export interface Standing {
  /** `<report>/<key>`: the same for as long as the key diverges. */
  id: string;
  report: Report;
  divergence: Divergence;
}

/** Every divergence, open ones first in the order of reports, then decided ones. */
export function divergencesOf(event: EventDetail): { open: Standing[]; decided: Standing[] } {
  const all = event.reports.flatMap((report) =>
    report.divergences.map((divergence) => ({ id: `${report.id}/${divergence.key}`, report, divergence })),
  );
  return {
    open: all.filter(({ divergence }) => divergence.open),
    decided: all.filter(({ divergence }) => !divergence.open),
  };
}

/** Whether what stands on screen is still what the server says. */
export function isSame(shown: Divergence, now: Divergence): boolean {
  const mark = ({ open, saw, saw_decisions }: Divergence): string => JSON.stringify([open, saw, saw_decisions]);
  return mark(shown) === mark(now);
}

/** What to send for one of the values on screen, or for a third one. */
export function deciding(
  shown: Divergence,
  chosen: { change: string } | { value: Fact },
  reason: string,
): Shapes['Deciding'] {
  return { key: shown.key, chosen, saw: shown.saw, saw_decisions: shown.saw_decisions, reason: reason.trim() };
}

/** Decisions that were not on screen (`saw`), of somebody else than this person: told beside one's own. */
export function othersMeanwhile(saw: readonly string[], after: Divergence | null | undefined, me: string): Decision[] {
  return (after?.decisions ?? []).filter(({ id, who }) => !saw.includes(id) && who?.agent !== me);
}
