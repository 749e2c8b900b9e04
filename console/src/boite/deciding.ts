// The acts of triage on one event, for keys and buttons alike; and which event comes next.
// Changes when triage can do something more.
import { askFor } from '../acts/asking.svelte';
import { hold } from '../acts.svelte';
import type { EventLine } from '../api';
import { mayAct } from '../live.svelte';
import { session } from '../session.svelte';
import { later } from './later.svelte';

/** What one can do to an event in triage. */
export type Deed = 'read' | 'take' | 'assign' | 'question' | 'close' | 'later';

/** The keys of triage. */
export const CAPS: Record<Deed, string> = { read: 'L', take: 'P', assign: 'A', question: 'Q', close: 'C', later: 'S' };

/** Whether the person may do it. */
export function may(deed: Deed): boolean {
  switch (deed) {
    case 'read':
    case 'take':
    case 'assign':
      return mayAct('assign');
    case 'close':
      return mayAct('close');
    case 'question':
      return mayAct('comment');
    case 'later':
      return true;
  }
}

/** Does it, or asks first for what it needs. `onnext`: it is decided, the next event can be shown. */
export function decide(deed: Deed, line: EventLine, onnext: () => void): void {
  if (!may(deed)) return;
  const event = { reports: [...line.members], title: line.title };
  switch (deed) {
    case 'read':
      hold({ ...event, kind: 'read' });
      return onnext();
    case 'take':
      hold({ ...event, kind: 'assign', to: session.me?.name ?? '', mine: true });
      return onnext();
    case 'later':
      later.turn(line.id);
      return onnext();
    case 'assign':
    case 'close':
      return askFor(deed, line, onnext);
    case 'question':
      return askFor(deed, line);
  }
}

/** The place of the next event worth looking at, or where we are at the end. */
export function nextPlace(items: readonly EventLine[], place: number): number {
  const next = items.findIndex((line, at) => at > place && !later.has(line.id));
  return next < 0 ? Math.min(place + 1, items.length - 1) : next;
}
