// How an act leaves, part by part: what one part meets stops no other one, unless it meets everybody (a server
// that is gone, a session that is over). Changes when another answer of the server is worth another way.
import { api, got, Refusal, refusalFrom } from '../api';
import { othersMeanwhile } from '../evenement/divergence';
import { t } from '../words';
import { partsOf, reportOf, send } from './sending';
import { standing } from './standing';
import type { HeldAct } from './types';

/** `gone`: nobody wants to know any more. A `Refusal`: the next parts would meet the same. */
export type Departure = 'done' | 'refused' | 'gone' | Refusal;

/** Sends what is left of an act, and writes in it what became of each part. `onstep`: something is worth keeping. */
export async function depart(act: HeldAct, isWanted: () => boolean, onstep: () => void): Promise<Departure> {
  for (const part of partsOf(act)) {
    if (act.done.includes(part) || act.refusals?.some((refused) => refused.part === part)) continue;
    try {
      const found = act.maybeGone === true ? await standing(act, part) : null;
      // Whoever decided it may have signed out while it was on its way.
      if (!isWanted()) return 'gone';
      const stands = found ?? (await send(act, part));
      if (!isWanted()) return 'gone';
      act.done.push(part);
      act.tries = 0;
      if (act.kind === 'decide') {
        act.beside = othersMeanwhile(act.body.saw_decisions ?? [], stands.divergence, act.agent);
        act.stillOpen = stands.divergence?.open === true;
      }
    } catch (thrown) {
      if (!isWanted()) return 'gone';
      const refusal = readable(thrown);
      if (meetsAll(refusal)) return refusal;
      const { sentence: why, now } = refusal;
      act.refusals = [...(act.refusals ?? []), now === undefined ? { part, why } : { part, why, now }];
    }
    onstep();
  }
  if (!act.refusals?.length) return 'done';
  await nameRefused(act);
  return isWanted() ? 'refused' : 'gone';
}

function meetsAll({ passing, code }: Refusal): boolean {
  return passing || code === 'not-signed-in' || code === FAULT;
}

/** A defect of this page, which trying again does not mend. */
export const FAULT = 'page-fault';

function readable(thrown: unknown): Refusal {
  try {
    return refusalFrom(thrown);
  } catch (fault) {
    console.error(fault);
    return new Refusal(FAULT, t().acts.fault, false, 0);
  }
}

/** How a person calls each refused report, when others of the act were not refused as it was. */
async function nameRefused(act: HeldAct): Promise<void> {
  const refused = act.refusals ?? [];
  if (refused.length === partsOf(act).length && new Set(refused.map(({ why }) => why)).size === 1) return;
  for (const one of refused.filter(({ name }) => !name)) {
    try {
      const report = await got(api.GET('/v1/reports/{id}', { params: { path: { id: reportOf(one.part) } } }));
      one.name = report.number ?? report.line?.author_name ?? '';
    } catch {
      // It left this person's sight, or nobody answers: the sentence of the refusal says what there is to say.
    }
  }
}
