// Whether an act that may have left with a closing page has arrived: looked up, never sent twice.
// Changes when another act can be held.
import { api, got } from '../api';
import { session } from '../session.svelte';
import type { HeldAct } from './types';

/** The report already stands as the act wants it, by this person. */
export async function sameAsStands(act: HeldAct, id: string): Promise<boolean> {
  // Reading twice writes nothing.
  if (act.kind === 'read') return false;
  const report = await got(api.GET('/v1/reports/{id}', { params: { path: { id } } }));
  const { assigned, closed } = report.lifecycle;
  const mine = (who: { agent: string } | null | undefined): boolean => who?.agent === session.me?.agent;
  switch (act.kind) {
    case 'assign':
      return assigned?.assignee === act.to && mine(assigned.who);
    case 'close':
      return closed?.reason === act.reason && mine(closed.who);
    case 'reopen':
      return !closed;
    case 'comment':
      return report.comments.some((comment) => comment.text === act.text && mine(comment.who));
  }
}
