// An event for tests: two agents, times of the brawl of the place des Épars.
import type { EventDetail, Report, Shapes } from '../api';
import { aLine } from '../boite/line.fixture';
import type { Divergence } from './divergence';
import type { Fact } from './value';
import type { Who } from './who';

/** 23 November 2026, 22:00 on this machine. */
export const TEN = new Date(2026, 10, 23, 22, 0).getTime();
/** So many minutes after ten in the evening. */
export const at = (minutes: number): number => TEN + minutes * 60_000;

let count = 0;
const next = (): string => (count += 1).toString(16).padStart(64, '0');

/** Inès on her phone, offline, received later. */
export function aWho(change: Partial<Who> = {}): Who {
  return {
    eid: next(),
    agent: 'ines',
    name: 'Inès Benali',
    unit: 'Police municipale de Chartres',
    role: 'agent',
    role_label: 'Agent',
    unit_label: 'Police municipale de Chartres',
    device: '00000000000000000000000003f291c0',
    written_ms: at(52),
    zone_min: 60,
    doubtful_time: false,
    received_ms: at(58),
    late: false,
    offline: true,
    ...change,
  };
}

export const karim = (change: Partial<Who> = {}): Who =>
  aWho({ agent: 'karim', name: 'Karim Oudji', unit: 'Filibus', written_ms: at(44), received_ms: at(62), ...change });
export const helene = (change: Partial<Who> = {}): Who =>
  aWho({ agent: 'helene', name: 'Hélène Marchand', unit: 'agglomeration', written_ms: at(72), received_ms: at(72), offline: false, ...change });

export const whole = (value: number): Fact => ({ kind: 'integer', value });
export const text = (value: string): Fact => ({ kind: 'text', value });

export function aFact(key: string, value: Fact, words: string, who: Who | null = aWho()): Shapes['ShownFact'] {
  return { key, label: key.slice(6), value, words, who, also: [], diverges: false };
}

export function aStatement(change: Partial<Shapes['Statement']> = {}): Shapes['Statement'] {
  return { id: next(), text: 'Six individus s’empoignent.', source_author: null, supersedes: null, at_ms: at(52), who: aWho(), ...change };
}

/** Six according to Inès, ten according to Karim. */
export function aDivergence(change: Partial<Divergence> = {}): Divergence {
  return {
    key: 'facts/people_count',
    label: 'Nombre de personnes',
    open: true,
    voices: [
      { value: whole(6), words: '6', change: 'c6', who: aWho() },
      { value: whole(10), words: '10', change: 'c10', who: karim() },
    ],
    decisions: [],
    saw: ['c6', 'c10', 'c10again'],
    saw_decisions: [],
    ...change,
  };
}

export function aReport(change: Partial<Report> = {}): Report {
  const line = aLine({ author_name: 'Inès Benali', recorded_ms: at(52), received_ms: at(58), occurred_ms: at(41) });
  return {
    id: line.id,
    number: line.number ?? null,
    status: 'delivered',
    received_ms: at(58),
    home: 'unit:pm-centre',
    scopes: [],
    heads: [],
    line,
    facts: [],
    first_version: null,
    statements: [],
    divergences: [],
    lifecycle: { read: null, assigned: null, closed: null, approved: null, released: [], linked: [] },
    comments: [],
    held: [],
    ...change,
  };
}

/** The event of these reports; the first one leads. */
export function anEvent(reports: Report[] = [aReport()], change: Partial<EventDetail> = {}): EventDetail {
  const [lead] = reports;
  const id = lead?.id ?? 'none';
  const line = aLine({
    ...(lead?.line ?? {}),
    id,
    reports: reports.length,
    members: reports.map((report) => report.id),
    commune_name: 'Chartres',
    force: 'PN',
  });
  return { id, line, reports, differences: [], suggestions: [], ...change };
}

type Step = Shapes['Step'];
type Write = Shapes['Write'];

/** One step of a history. */
export function aStep(who: Who | null, writes: Write[], first = false): Step {
  return { change: next(), is_first: first, who, writes };
}

export function putFact(key: string, value: Fact, words: string, replaced: Fact[] = []): Write {
  return { entry: 'fact', key, label: key.slice(6), value, words, replaced };
}
