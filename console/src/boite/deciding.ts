// The acts of triage on one event, for keys and buttons alike; and which event comes next.
// Changes when triage can do something more.
import { askFor } from '../acts/asking.svelte';
import { say } from '../acts/notice.svelte';
import { hold, isClosed, onEvent } from '../acts.svelte';
import type { EventLine } from '../api';
import { mayAct } from '../live.svelte';
import { session } from '../session.svelte';
import { t } from '../words';
import { later } from './later.svelte';

/** What one can do to an event in triage. */
export type Deed = 'read' | 'take' | 'assign' | 'question' | 'close' | 'later';

/** Whether it says something of the event as it is shown: what is closed is opened again before it is taken. */
export function fits(deed: Deed, line: EventLine): boolean {
  return !(deed === 'take' || deed === 'assign' || deed === 'close') || !isClosed(line);
}

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
  if (!may(deed) || !fits(deed, line)) return;
  const event = onEvent(line);
  switch (deed) {
    case 'read':
      hold({ ...event, kind: 'read' });
      return onnext();
    case 'take':
      hold({ ...event, kind: 'assign', to: session.me?.name ?? '', mine: true });
      return onnext();
    case 'later':
      postpone(line);
      return onnext();
    case 'assign':
    case 'close':
      return askFor(deed, line, onnext);
    case 'question':
      return askFor(deed, line);
  }
}

/** Puts an event off, or back, and says which. */
function postpone({ id, title }: EventLine): void {
  later.turn(id);
  const words = t().acts;
  say(later.has(id) ? words.postponed(title) : words.resumed(title), () => later.turn(id));
}

/** The selected event, of which the list may know more than the person can have read in it, or the other way round. */
export function lookedAt(row: EventLine | undefined, read: EventLine | null): EventLine | null {
  return row && read ? { ...row, moved: Math.min(row.moved, read.moved) } : (row ?? read);
}

/** The place of the next event worth looking at; -1 when none follows. */
export function nextPlace<Line>(lines: readonly Line[], place: number, worth: (line: Line) => boolean): number {
  return lines.findIndex((line, at) => at > place && worth(line));
}
