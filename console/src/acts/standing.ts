// Whether a part of an act that may have left has arrived: looked up, never sent twice.
// Changes when another act can be held.
import { api, got, type Report, type Shapes } from '../api';
import { session } from '../session.svelte';
import type { Stands } from './sending';
import type { HeldAct, HeldComment, HeldDecision } from './types';

type Fact = Shapes['Fact'];

const mine = (who: { agent: string } | null | undefined): boolean => who?.agent === session.me?.agent;

/** What stands when the report is already as the act wants it, by this person; null when it is not. */
export async function standing(act: HeldAct, part: string): Promise<Stands | null> {
  // Reading twice writes nothing.
  if (act.kind === 'read') return null;
  const [id = '', other = ''] = part.split('/');
  const report = await got(api.GET('/v1/reports/{id}', { params: { path: { id } } }));
  if (act.kind === 'decide') return decided(act, report);
  return isSo(act, report, other) ? {} : null;
}

/** This person's comments with these words on reports, by id: none of them is one that is asked after this. */
export function commentsOf(reports: readonly Report[], text: string): string[] {
  return reports.flatMap(({ comments }) => comments.filter((one) => one.text === text && mine(one.who)).map(({ id }) => id));
}

/** Clocks of a browser and of its server may stand this far apart. */
const APART_MS = 60_000;

/** The comment was not there yet when the act was made: the same words may have been asked before. */
function isSince({ had, madeMs }: HeldComment, { id, who }: Shapes['Comment']): boolean {
  return had ? !had.includes(id) : (who?.written_ms ?? 0) >= madeMs - APART_MS;
}

function isSo(act: Exclude<HeldAct, { kind: 'decide' }>, report: Report, other: string): boolean {
  const { assigned, closed, linked } = report.lifecycle;
  switch (act.kind) {
    case 'read':
      return false;
    case 'assign':
      return assigned?.assignee === act.to && mine(assigned.who);
    case 'close':
      return closed?.reason === act.reason && mine(closed.who);
    case 'reopen':
      return !closed;
    case 'comment':
      return report.comments.some((comment) => comment.text === act.text && mine(comment.who) && isSince(act, comment));
    case 'link':
      // A pair said not to be the same leaves no trace on the report: said twice, it says the same.
      return act.linked && linked.includes(other);
  }
}

/** This person's decision that did not stand when they chose. */
function decided({ body }: HeldDecision, report: Report): Stands | null {
  const divergence: Shapes['Divergence'] | undefined = report.divergences.find(({ key }) => key === body.key);
  if (!divergence) return null;
  const known = new Set(body.saw_decisions);
  const { chosen } = body;
  // The chosen change may be among the values no more: then the reason says it.
  const kept = 'value' in chosen ? chosen.value : divergence.voices.find(({ change }) => change === chosen.change)?.value;
  const arrived = divergence.decisions.some(
    ({ id, who, reason, value }) =>
      !known.has(id) && mine(who) && reason === body.reason && (!kept || !value || isSameValue(value, kept)),
  );
  return arrived ? { divergence } : null;
}

/** The same fact, in whatever order its parts are written. */
function isSameValue(one: Fact, other: Fact): boolean {
  const parts = (fact: Fact): string => JSON.stringify(Object.entries(fact).filter(([, part]) => part != null).sort());
  return parts(one) === parts(other);
}
