// Who wrote what when, as one line of steps for the whole event: what agents wrote, what the server
// received, where values differ, what was set aside, what supervisors did. Pure.
// Changes when the timeline tells another kind of thing.
import type { EventDetail, Report, Shapes } from '../api';
import type { IconName } from '../design/icons';
import type { Divergence } from './divergence';
import { filedBy } from './facts';
import { onlyOnce } from './once';
import { handlingVerb, type Telling, reportVerb } from './verbs';
import { doubts, isApart, nameOf, whence, type Who } from './who';
import { inside, reasonWords, w } from './words';
import { when } from './when';

export type History = Shapes['History'];
type Step = Shapes['Step'];

/** A line of the timeline. */
export interface Item {
  key: string;
  /** Where it stands, ms since 1970 UTC. */
  atMs: number;
  /** `offline`: written without coverage; `receipt`; `asks`: a person is needed; `act`: all else. */
  dot: 'offline' | 'receipt' | 'asks' | 'act';
  icon: IconName;
  /** Who did it; empty when the server tells. */
  name: string;
  /** What was done. */
  verb: string;
  /** Device, network, times, motive. */
  meta: string;
  /** What was written, verbatim, told when the line is opened. */
  detail: Telling['detail'];
  twin?: string | undefined;
}

/** The event's timeline, oldest first. Histories that are not read yet are left out. */
export function timelineOf(event: EventDetail, histories: ReadonlyMap<string, History>, now: number): Item[] {
  const items = event.reports.flatMap((report) => {
    const history = histories.get(report.id);
    const steps = history ? [...written(report, history.report, now), ...handled(event, report, history.handling, now)] : [];
    return [...steps, ...differing(report), ...asideOf(report)];
  });
  const order = new Map(items.map((item, place) => [item.key, place]));
  return merged(items).sort((a, b) => a.atMs - b.atMs || (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0));
}

/** One act on several reports of the event, made at once by one person, is one line. */
function merged(items: Item[]): Item[] {
  return onlyOnce(items, ({ dot, name, verb, detail, twin, atMs }) =>
    dot === 'act' && name !== '' ? { who: name, what: twin ?? `${verb}|${JSON.stringify(detail)}`, atMs } : null,
  );
}

function written(report: Report, steps: readonly Step[], now: number): Item[] {
  const author = filedBy(report);
  const receipts = new Set<number>();
  return steps.flatMap((step) => {
    const who = step.who ?? null;
    const items = [line(`w/${step.change}`, who, reportVerb(step, now), report, now)];
    const receivedMs = who?.received_ms;
    if (who && receivedMs != null && !receipts.has(receivedMs)) {
      receipts.add(receivedMs);
      items.push(receipt(report, author, who, receivedMs, step.is_first));
    }
    return items;
  });
}

function line(key: string, who: Who | null, telling: Telling, report: Report, now: number): Item {
  const { verb, icon, detail, twin } = telling;
  const apart = who?.received_ms != null && isApart(who.written_ms, who.received_ms);
  const times = who && apart ? [w().history.writtenReceived(when(who.written_ms, now), when(who.received_ms as number, now))] : [];
  return {
    key,
    atMs: who?.written_ms ?? report.received_ms,
    dot: who?.offline ? 'offline' : 'act',
    icon,
    name: who ? nameOf(who) : w().history.someone,
    verb,
    meta: who ? [whence(who), ...times, ...doubts(who)].join(' · ') : '',
    detail,
    twin,
  };
}

function receipt(report: Report, author: string, who: Who, receivedMs: number, first: boolean): Item {
  const words = w().history;
  return {
    key: `r/${who.eid}`,
    atMs: receivedMs,
    dot: 'receipt',
    icon: 'cloud-check',
    name: '',
    verb: first ? words.receipt(author) : words.receiptLater(nameOf(who)),
    meta: first && report.number ? words.numbered(report.number) : words.signed,
    detail: [],
  };
}

function handled(event: EventDetail, report: Report, steps: readonly Step[], now: number): Item[] {
  return steps.map((step) => {
    const telling = handlingVerb(step, event, report, now);
    const item = line(`h/${step.change}`, step.who ?? null, telling, report, now);
    const motives = telling.detail.filter(({ motive }) => motive).map(({ text }) => text);
    return { ...item, dot: 'act', meta: motives.join(' · ') || w().statements.desk };
  });
}

function differing(report: Report): Item[] {
  const apart = report.divergences;
  if (apart.length === 0) return [];
  // Two values differ from the moment the second is known here.
  const second = ({ voices }: Divergence): number =>
    voices.map(({ who }) => who?.received_ms ?? 0).sort((a, b) => a - b)[1] ?? 0;
  return [
    {
      key: `d/${report.id}`,
      atMs: Math.max(report.received_ms, ...apart.map(second)),
      dot: apart.some(({ open }) => open) ? 'asks' : 'act',
      icon: 'arrows-split-2',
      name: '',
      verb: w().divergence.differ(apart.length),
      meta: apart.map(({ label }, at) => (at === 0 ? label : inside(label))).join(', '),
      detail: [],
    },
  ];
}

function asideOf(report: Report): Item[] {
  return report.held.map((held) => {
    const aside = held.state === 'quarantined';
    const words = w();
    return {
      key: `q/${held.eid}`,
      atMs: held.received_ms,
      dot: aside ? 'asks' : 'act',
      icon: aside ? 'hand-stop' : 'clock-pause',
      name: '',
      verb: aside ? words.history.aside(held.agent_name) : words.history.waits(held.agent_name),
      meta: reasonWords(held.reason),
      detail: [],
    } satisfies Item;
  });
}

/** Above so many lines, the middle is folded. */
export const MOST_LINES = 14;

/** The lines shown before anybody asks for all: the beginning, and the end. */
export function foldedOf(items: readonly Item[]): { head: Item[]; hidden: number; tail: Item[] } {
  if (items.length <= MOST_LINES) return { head: [...items], hidden: 0, tail: [] };
  return { head: items.slice(0, 4), hidden: items.length - 12, tail: items.slice(-8) };
}
