// Links that this page undid: what is said of them, and the way back when the server does not suggest the pair (too
// far apart, another commune). Changes when links are undone otherwise.
import { acts, onSettled, type HeldAct } from '../acts.svelte';
import type { EventDetail } from '../api';
import { onLeft } from '../session.svelte';
import { pairsOf } from './linking';

type Link = Extract<HeldAct, { kind: 'link' }>;

let undone = $state.raw<Link[]>([]);
const key = (act: HeldAct): string => JSON.stringify(pairsOf(act));

onSettled((act) => {
  if (act.kind !== 'link') return;
  // One that is linked again goes with the event that is read then, not before: what has the focus stays.
  if (act.how === 'unlink') undone = [...undone.filter((one) => key(one) !== key(act)), act];
});
onLeft(() => (undone = []));

/** What was undone last between a report of this event and one that is in it no more. */
export function partedFrom({ line }: EventDetail): Link | undefined {
  const isIn = (id: string): boolean => line.members.includes(id);
  return undone.findLast(({ pairs }) => pairs.some(([one, other]) => isIn(one) !== isIn(other)));
}

/** The pair stands among the suggestions: linking it is offered there. */
export function isSuggested({ pairs }: Link, { suggestions }: EventDetail): boolean {
  return suggestions.some(({ line }) => pairs.flat().includes(line.id));
}

/** The act that links it again, while it is held. */
export function againHeld(parted: Link): HeldAct | undefined {
  return acts.on(parted.reports).find((act) => act.kind === 'link' && act.how === 'link' && key(act) === key(parted));
}
