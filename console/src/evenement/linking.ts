// Which links hold a report in its event, and what a person says of two reports. Changes when linking does.
import { acts, hold, type HeldAct } from '../acts.svelte';
import type { EventDetail, ReportLine } from '../api';

type Link = Extract<HeldAct, { kind: 'link' }>;

/** The links that hold a report in its event. */
export function linksOf(event: EventDetail, id: string): [string, string][] {
  const holds = (one: string, other: string): boolean =>
    event.reports.find((report) => report.id === one)?.lifecycle.linked.includes(other) ?? false;
  return event.line.members
    .filter((other) => other !== id && (holds(id, other) || holds(other, id)))
    .map((other) => [id, other]);
}

/** The pairs that an act is about. */
export function pairsOf(act: HeldAct): [string, string][] {
  return act.kind === 'link' ? act.pairs : [];
}

/** Says of each pair that it is one event, or that it is not: held for 10 s. */
export function say(how: Link['how'], pairs: [string, string][], title: string): void {
  hold({ kind: 'link', reports: [...new Set(pairs.flat())], title, pairs, linked: how === 'link', how });
}

/** Something is being said of the event's links: what was told of them before is not the last word. */
export function isLinking(event: EventDetail): boolean {
  return acts.on(event.line.members).some(({ kind }) => kind === 'link');
}

/** What is held about a suggested report. */
export function suggestedHeld(event: EventDetail, { id }: ReportLine): Link | undefined {
  return acts.on(event.line.members).find((act): act is Link => act.kind === 'link' && act.pairs.some(([, other]) => other === id));
}

/** What is held about a member's place in the event. */
export function unlinkHeld(event: EventDetail, id: string): Link | undefined {
  return acts
    .on(event.line.members)
    .find((act): act is Link => act.kind === 'link' && act.how === 'unlink' && act.pairs.some(([one]) => one === id));
}
