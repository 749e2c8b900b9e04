// What the title of an event says: when, where, in which state, and what asks for somebody. Pure.
// Changes when the title tells something else.
import type { EventDetail, EventLine, Report, Shapes } from '../api';
import type { IconName } from '../design/icons';
import { t } from '../words';
import { filedBy } from './facts';
import { periodWords, type Period } from './value';
import { when } from './when';
import { isApart, nameOf } from './who';
import { inside, opened, w } from './words';

type Act = Shapes['Act'];
export type ChipKind = 'line' | 'delivered' | 'read' | 'assigned' | 'closed' | 'needs-you' | 'alarm';

/** A chip: states are filled, facts that are not states are outlined. */
export interface Tag {
  key: string;
  kind: ChipKind;
  icon: IconName;
  words: string;
}

const textOf = (report: Report | undefined, field: string): string => {
  const found = report?.facts.find(({ key }) => key === `facts/${field}`);
  return found?.value.kind === 'text' && found.value.value.trim() !== '' ? found.words : '';
};

/** The leading report among those read. */
export function leadOf(event: EventDetail): Report | undefined {
  return event.reports.find(({ id }) => id === event.id) ?? event.reports[0];
}

/** When it happened, by the leading report. */
export function periodOf(event: EventDetail): Period {
  const value = leadOf(event)?.facts.find(({ key }) => key === 'facts/occurred')?.value;
  if (value?.kind === 'period') return value;
  const { occurred_ms } = event.line;
  return { kind: 'period', from_ms: occurred_ms, to_ms: occurred_ms, zone_min: 0 };
}

/** `Aujourd’hui de 22:41 à 22:55 · place des Épars · Chartres, zone police · ligne A vers La Madeleine`. */
export function sentenceOf(event: EventDetail, now: number): string {
  const lead = leadOf(event);
  const { commune_name, commune, force } = event.line;
  const zone = force === 'PN' ? w().place.police : force === 'GN' ? w().place.gendarmerie : '';
  const town = [commune_name ?? commune ?? '', zone].filter(Boolean).join(', ');
  const [line, direction, address] = [textOf(lead, 'line'), textOf(lead, 'direction'), textOf(lead, 'address')];
  const transit = line && direction ? w().place.towards(line, direction) : line ? w().place.line(line) : '';
  const place = [address, town, transit].filter(Boolean);
  return [opened(periodWords(periodOf(event), now)), ...(place.length > 0 ? place : [w().place.unknown])].join(' · ');
}

/** `Observé à 22:46, écrit à 22:52`, when the two are over 5 minutes apart; else empty. */
export function observedWords(event: EventDetail, now: number): string {
  const period = periodOf(event);
  const observed = period.observed_ms ?? period.to_ms;
  const written = event.line.recorded_ms;
  if (!isApart(observed, written)) return '';
  return w().time.observed(when(observed, now), when(written, now));
}

/** Whose severity the event's mark shows, when its reports differ in it; else empty. */
export function gravestWords({ line, reports }: EventDetail): string {
  const gravest = reports.find((report) => report.line?.severity === line.severity);
  if (!gravest || reports.every((report) => report.line?.severity === line.severity)) return '';
  const divergence = gravest.divergences.find(({ key, open }) => key === 'facts/severity' && !open);
  const by = divergence?.decisions.map(({ who }) => nameOf(who)) ?? [];
  return w().page.gravest(inside(t().severity.of(line.severity)), filedBy(gravest), w().join(by));
}

/** The chips of an event: its state first, then what it is made of, then what asks for somebody. */
export function tagsOf(event: EventDetail, shown: EventLine, now: number, me = ''): Tag[] {
  const { line } = event;
  const words = w().chips;
  const tags: Tag[] = [stateTag(event, shown, now, me)];
  const add = (is: boolean, key: string, icon: IconName, said: string, kind: ChipKind = 'line'): void => {
    if (is) tags.push({ key, kind, icon, words: said });
  };
  add(line.urgent, 'urgent', 'bell', words.urgent);
  add(line.reports > 1, 'reports', 'git-merge', words.reports(line.reports));
  add(line.quarantined > 0, 'aside', 'hand-stop', words.aside(line.quarantined), 'needs-you');
  add(line.pending > 0, 'pending', 'clock-pause', words.pending(line.pending));
  add(line.to_complete, 'complete', 'pencil', words.toComplete);
  add(line.doubtful_time, 'doubtful', 'clock', words.doubtful);
  add(line.voided, 'voided', 'x', words.voided, 'closed');
  return tags;
}

/** `Pris en charge : Hélène Marchand` by whoever took it themselves, else `Affecté à pm-centre`. */
export function assignedWords(to: string, by: string): string {
  return to === by ? w().chips.taken(to) : w().chips.assigned(to);
}

/** The state of the event: the least advanced of its reports, with who and when. */
function stateTag(event: EventDetail, shown: EventLine, now: number, me: string): Tag {
  const words = w().chips;
  const { status } = shown;
  const report = event.reports.find((one) => one.status === event.line.status) ?? leadOf(event);
  const { read, assigned, closed } = report?.lifecycle ?? {};
  const known = status === event.line.status;
  const plain = Object.hasOwn(words.plain, status) ? (words.plain[status] ?? status) : status;
  const by = (act: Act): string => words.read(act.who?.name ?? '', when(act.at_ms, now));
  switch (status) {
    case 'read':
      return { key: 'state', kind: 'read', icon: 'eye', words: known && read?.who ? by(read) : plain };
    case 'assigned': {
      const to = known ? assigned?.assignee : shown.assigned_to;
      // What is held is this person's: whoever assigns to themselves takes it.
      const by = known ? assigned?.who?.name : me;
      const said = to ? assignedWords(to, by ?? '') : plain;
      return { key: 'state', kind: 'assigned', icon: 'user-check', words: said };
    }
    case 'closed': {
      const said = known && closed?.reason ? words.closed(closed.reason) : plain;
      return { key: 'state', kind: 'closed', icon: 'circle-check', words: said };
    }
    case 'delivered': {
      const received = report?.received_ms ?? event.line.received_ms;
      return { key: 'state', kind: 'delivered', icon: 'cloud-check', words: words.delivered(when(received, now)) };
    }
    default:
      return { key: 'state', kind: 'line', icon: 'info-circle', words: status };
  }
}

