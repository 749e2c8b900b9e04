import { describe, expect, it } from 'vitest';
import type { Report } from '../api';
import { aLine } from '../boite/line.fixture';
import { anEvent, aReport } from '../evenement/event.fixture';
import { nearOf, numberOf } from './duplicate';

describe('a duplicate', () => {
  it('is_of_a_number_as_the_server_writes_it_however_it_was_typed', () => {
    for (const typed of ['2026-000123', ' 2026-123 ', '2026 – 0123']) expect(numberOf(typed)).toBe('2026-000123');
    for (const typed of ['', '123', 'Doublon', '2026-', '2026-12a', '26-000123']) expect(numberOf(typed)).toBeNull();
  });

  it('can_be_of_what_is_suggested_or_of_another_report_of_the_event_when_it_has_a_number', () => {
    const [one, two, near, unnumbered] = [aLine(), aLine(), aLine({ title: 'Rixe voisine' }), aLine({ number: null })];
    const suggestion = { distance_m: 80, minutes_apart: 4, same_type: true, why: [] };
    const suggestions = [near, unnumbered].map((line) => ({ line, ...suggestion }));
    const reports = [one, two].map((line) => aReport({ id: line.id, line }));
    const numbers = (some: Report[]) => nearOf(anEvent(some, { suggestions })).map(({ number }) => number);
    expect(numbers(reports.slice(0, 1))).toEqual([near.number]);
    expect(numbers(reports)).toEqual([near.number, two.number]);
  });
});
