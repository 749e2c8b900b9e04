// What the undo bar says of an act, and of what came back with it. Changes when another act can be held.
import type { HeldAct } from '../acts.svelte';
import { now } from '../clock.svelte';
import { decisionWords } from '../evenement/decision';
import { w } from '../evenement/words';
import { t } from '../words';
import { partsOf, reportOf } from './sending';

/** The act as a sentence that needs no agreement with the event's title. */
export function said(act: HeldAct): string {
  const words = t().acts.held;
  switch (act.kind) {
    case 'read':
      return words.read(act.title);
    case 'assign':
      return act.mine ? words.take(act.title) : words.assign(act.title, act.to);
    case 'close':
      return words.close(act.title, act.reason);
    case 'reopen':
      return words.reopen(act.title);
    case 'comment':
      return words.comment(act.title);
    case 'decide':
      return act.label ? words.decide(act.label, act.value) : words.decide(act.title, act.value);
    case 'link':
      return words[act.how](act.title);
  }
}

/** The same where its event may not be on screen. */
export function saidElsewhere(act: HeldAct): string {
  return act.kind === 'decide' && act.label ? t().acts.held.decideOn(act.title, act.label, act.value) : said(act);
}

/** What a person reads of an act that came back: why not, or whose decision stands beside theirs. */
export function cameBack(act: HeldAct): string {
  if (act.state === 'refused') return refused(act);
  const [other] = act.beside ?? [];
  if (act.kind !== 'decide' || !other) return saidElsewhere(act);
  return `${saidElsewhere(act)} ${w().divergence.beside(...decisionWords(act.body.key, other, now.ms))}`;
}

function refused(act: HeldAct): string {
  const words = t().acts;
  const partly = act.done.length > 0 ? ` ${words.partly(act.done.length, partsOf(act).length)}` : '';
  const whole = saidElsewhere(act) + partly;
  if (act.why !== undefined) return `${words.stuck(whole, act.why)}${act.maybeGone ? ` ${words.maybeGone}` : ''}`;
  const whys = whysOf(act);
  const [only] = whys;
  if (whys.length === 1 && only && !only.names) return words.refused(whole, only.why);
  return [whole, ...whys.map(({ names, why }) => (names ? words.refusedFor(names, why) : why))].join(' ');
}

/** Why an act was refused, each reason once, with the reports it is about when it is not about all. */
function whysOf({ refusals = [] }: HeldAct): { names: string; why: string }[] {
  return [...new Set(refusals.map(({ why }) => why))].map((why) => {
    const named = refusals.flatMap((one) => (one.why === why && one.name ? [one.name] : []));
    return { names: w().join(named), why };
  });
}

/** Why an act does not leave, without the act itself. */
export function whyNot(act: HeldAct): string {
  if (act.why === undefined) return whysOf(act).map(({ why }) => why).join(' ');
  return `${act.why}${act.maybeGone ? ` ${t().acts.maybeGone}` : ''}`;
}

/** The report to look at of an act that came back: the first that refused it. */
export function lookAt(act: HeldAct): string {
  const [refusal] = act.refusals ?? [];
  return refusal ? reportOf(refusal.part) : (act.reports[0] ?? '');
}

/** The button that wants a refused act all the same; empty for an act that is never refused for that. */
export function anyway(act: HeldAct): string {
  const words = t().acts.anyway;
  switch (act.kind) {
    case 'assign':
      return act.mine ? words.take : words.assign;
    case 'close':
    case 'reopen':
      return words[act.kind];
    default:
      return '';
  }
}
