// The chips of a row: at most two, the state first, then what asks for something.
// Pure. Changes when a row can say something more.
import type { EventLine } from '../api';
import type { IconName } from '../design/icons';
import { clock, t } from '../words';

/** A chip. `kind` as `Chip.svelte` names it. */
export interface Mark {
  kind: 'line' | 'delivered' | 'read' | 'assigned' | 'closed' | 'needs-you';
  icon: IconName;
  words: string;
}

/** The chip of an event's state. `me`: the name of the person who looks. */
export function stateOf(line: EventLine, me: string): Mark {
  switch (line.status) {
    case 'delivered':
      return { kind: 'delivered', icon: 'cloud-check', words: t().status.delivered(clock(line.newest_ms)) };
    case 'read':
      return line.opened_by && line.opened_by.name !== me
        ? { kind: 'line', icon: 'eye', words: t().inbox.openedBy(line.opened_by.name) }
        : { kind: 'read', icon: 'eye', words: t().status.read };
    case 'assigned':
      return { kind: 'assigned', icon: 'user-check', words: assignedTo(line.assigned_to, me) };
    case 'closed':
      return { kind: 'closed', icon: 'circle-check', words: t().status.closed };
    default:
      return { kind: 'line', icon: 'question-mark', words: t().status.other };
  }
}

function assignedTo(name: string | null | undefined, me: string): string {
  if (!name) return t().status.assigned;
  return name === me ? t().status.assignedToYou : t().status.assignedTo(name);
}

/** What asks for something, or tells the event from others; the most pressing first. */
export function asksOf(line: EventLine): Mark[] {
  const words = t().inbox;
  const marks: Mark[] = [];
  const mark = (kind: Mark['kind'], icon: IconName, said: string): number => marks.push({ kind, icon, words: said });
  if (line.quarantined > 0) mark('needs-you', 'hand-stop', words.aside(line.quarantined));
  if (line.divergences > 0) mark('needs-you', 'arrows-split-2', words.divergences(line.divergences));
  if (line.reports > 1) mark('line', 'git-merge', words.reports(line.reports));
  if (line.voided) mark('line', 'x', words.voided);
  if (line.urgent) mark('line', 'bell', words.urgent);
  if (line.differences > 0) mark('line', 'arrows-split-2', words.differences(line.differences));
  if (line.pending > 0) mark('line', 'clock-pause', words.pending(line.pending));
  if (line.doubtful_time) mark('line', 'clock', words.doubtful);
  if (line.to_complete) mark('line', 'pencil', words.toComplete);
  return marks;
}

/** The chips of a row. What nobody read needs no chip for its state when it asks for two things. */
export function marksOf(line: EventLine, me: string): Mark[] {
  const asks = asksOf(line);
  if (line.status === 'delivered' && asks.length > 1) return asks.slice(0, 2);
  return [stateOf(line, me), ...asks].slice(0, 2);
}
