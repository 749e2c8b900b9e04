// A line of the inbox for tests: a brawl nobody has read.
import type { EventLine } from '../api';

let count = 0;

/** A line with some of it said otherwise. */
export function aLine(change: Partial<EventLine> = {}): EventLine {
  count += 1;
  const id = change.id ?? count.toString(16).padStart(32, '0');
  return {
    id,
    number: `2026-${String(count).padStart(6, '0')}`,
    status: 'delivered',
    report_type: 'youth.brawl',
    type_label: 'Rixe',
    title: `Rixe ${count}`,
    severity: 4,
    urgent: false,
    commune: '28085',
    commune_name: 'Chartres',
    force: 'PN',
    lat: null,
    lon: null,
    occurred_ms: count,
    recorded_ms: count,
    received_ms: count,
    newest_ms: count,
    moved: count,
    author: 'a1',
    author_name: 'Inès Benali',
    unit: 'pm-centre',
    units: ['pm-centre'],
    statements: 1,
    divergences: 0,
    differences: 0,
    quarantined: 0,
    pending: 0,
    voided: false,
    to_complete: false,
    doubtful_time: false,
    reports: 1,
    members: [id],
    opened_by: null,
    ...change,
  };
}
