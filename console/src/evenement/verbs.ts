// What a step of the history did, as a verb, an icon and the words written. Changes when a step can do
// something else.
import type { EventDetail, Report, Shapes } from '../api';
import type { IconName } from '../design/icons';
import { filedBy } from './facts';
import { saidUnder, valueWords } from './value';
import { inside, w } from './words';

type Step = Shapes['Step'];
type Write = Shapes['Write'];

/** What a step tells. */
export interface Telling {
  verb: string;
  icon: IconName;
  /** What was written, verbatim; `motive`: why it was done, or what was kept, told under the verb. */
  detail: { label: string; text: string; motive?: boolean }[];
  /** The same on both sides of a link: told once. */
  twin?: string;
}

/** What an agent's step did. */
export function reportVerb(step: Step, now: number): Telling {
  const words = w().history;
  const detail = step.writes.flatMap((write) => detailOf(write, now));
  if (step.is_first) return { verb: words.deposits, icon: 'pencil', detail };
  const entries = step.writes.map((write) => write.entry);
  const has = (entry: Write['entry']): boolean => entries.includes(entry);
  const action = step.writes.find((write) => write.entry === 'action');
  if (has('void')) return { verb: words.voids, icon: 'x', detail };
  if (has('statement')) return { verb: words.adds, icon: 'plus', detail };
  if (has('answer')) return { verb: words.answers, icon: 'message-2', detail };
  if (action?.entry === 'action') return { verb: words.action(action.what), icon: 'check', detail };
  if (step.writes.length > 0 && step.writes.every(isAttachment)) return { verb: words.attaches, icon: 'photo', detail };
  const facts = step.writes.filter((write) => write.entry === 'fact');
  if (facts.length === 0) {
    const labels = step.writes.map(({ label }) => inside(label)).join(', ');
    return { verb: words.writes(labels), icon: 'pencil', detail };
  }
  const labels = facts.map(({ label }) => inside(label)).join(', ');
  const corrects = facts.some(({ replaced }) => replaced.length > 0);
  return { verb: corrects ? words.corrects(labels) : words.notes(labels), icon: corrects ? 'pencil' : 'plus', detail };
}

/** Attachments come as records that this page cannot open yet: only that there is one is told. */
const isAttachment = (write: Write): boolean => write.entry === 'other' && write.key.startsWith('attachment/');

function detailOf(write: Write, now: number): Telling['detail'] {
  const { label } = write;
  if (isAttachment(write)) return [];
  switch (write.entry) {
    case 'fact': {
      const after = saidUnder(write.key, write.value, now, write.words);
      const before = write.replaced.map((fact) => saidUnder(write.key, fact, now)).join(` ${w().facts.also} `);
      return [{ label, text: before === '' ? after : w().history.from(before, after) }];
    }
    case 'statement':
    case 'comment':
    case 'answer':
      return [{ label, text: write.text }];
    case 'action':
      return [{ label, text: [write.what, write.note].filter(Boolean).join('\n') }];
    case 'void':
      return [{ label, text: write.reason }];
    case 'other':
      return [{ label, text: valueWords(write.value, now) }];
    default:
      return [];
  }
}

/** What a supervisor's step did. */
export function handlingVerb(step: Step, event: EventDetail, report: Report, now: number): Telling {
  const [write] = step.writes;
  if (!write) return { verb: w().history.did('?'), icon: 'dots', detail: [] };
  switch (write.entry) {
    case 'event':
      return eventVerb(write, step);
    case 'decision':
      return decisionVerb(write, report, now);
    case 'comment':
      return { verb: w().history.comments, icon: 'message-2', detail: detailOf(write, now) };
    case 'link':
      return linkVerb(write, event, report);
    default:
      return { verb: w().history.writes(inside(write.label)), icon: 'dots', detail: detailOf(write, now) };
  }
}

const eventIcons: Record<string, IconName> = {
  read: 'eye',
  assign: 'user-check',
  close: 'circle-check',
  reopen: 'history',
  approve: 'check',
  release: 'hand-off',
};

function eventVerb(write: Extract<Write, { entry: 'event' }>, step: Step): Telling {
  const words = w().history;
  const verbs: Record<string, string> = {
    read: words.reads,
    assign: write.assignee && write.assignee !== step.who?.name ? words.assigns(write.assignee) : words.takes,
    close: words.closes,
    reopen: words.reopens,
    approve: words.approves,
    release: words.releases,
  };
  const { what, reason } = write;
  const motive = reason ? [{ label: w().follow.reason, text: words.reason(reason), motive: true }] : [];
  return {
    verb: Object.hasOwn(verbs, what) ? (verbs[what] ?? what) : words.did(what),
    icon: Object.hasOwn(eventIcons, what) ? (eventIcons[what] ?? 'dots') : 'dots',
    detail: motive,
  };
}

function decisionVerb(write: Extract<Write, { entry: 'decision' }>, report: Report, now: number): Telling {
  const words = w().history;
  const divergence = report.divergences.find(({ key }) => key === write.about);
  const fact = report.facts.find(({ key }) => key === write.about);
  const label = divergence?.label ?? fact?.label ?? write.about;
  const voice = divergence?.voices.find(({ change }) => change === write.change);
  const kept = write.value ?? voice?.value;
  const value = kept ? saidUnder(write.about, kept, now, voice?.words) : words.authorValue;
  return {
    verb: words.decides(inside(label)),
    icon: 'arrows-split-2',
    detail: [
      { label, text: words.keptValue(value), motive: true },
      ...(write.reason ? [{ label: w().follow.reason, text: words.reason(write.reason), motive: true }] : []),
    ],
  };
}

function linkVerb(write: Extract<Write, { entry: 'link' }>, event: EventDetail, report: Report): Telling {
  const words = w().history;
  const other = event.reports.find(({ id }) => id === write.other);
  const suggested = event.suggestions.find(({ line }) => line.id === write.other)?.line;
  const names: [string, string] = [filedBy(report), other ? filedBy(other) : ''];
  const name = suggested?.title ?? words.otherReport;
  const [links, unlinks] = other
    ? [words.linksBoth(...names), words.unlinksBoth(...names)]
    : [words.links(name), words.unlinks(name)];
  return {
    verb: write.linked ? links : unlinks,
    icon: write.linked ? 'git-merge' : 'unlink',
    detail: [],
    twin: [write.linked, ...[report.id, write.other].sort()].join('/'),
  };
}
