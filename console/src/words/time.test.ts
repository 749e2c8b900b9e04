import { afterEach, describe, expect, it } from 'vitest';
import { language } from './language.svelte';
import { age, clock, day, dayAndTime, number, span } from './time';

const at = (...parts: [number, number, number, number, number]): number => new Date(...parts).getTime();
const MINUTE = 60_000;

afterEach(() => void (language.now = 'fr'));

describe('times in words', () => {
  it('say_how_long_ago_in_the_width_of_a_row', () => {
    const said = [0, 59_999, 2 * MINUTE, 59 * MINUTE, 65 * MINUTE, 23 * 60 * MINUTE, 24 * 60 * MINUTE, 80 * 60 * MINUTE];
    expect(said.map((past) => age(0, past))).toEqual([
      '0\u00a0min',
      '0\u00a0min',
      '2\u00a0min',
      '59\u00a0min',
      '1\u00a0h\u00a005',
      '23\u00a0h\u00a000',
      '1\u00a0j',
      '3\u00a0j',
    ]);
  });

  it('never_count_backwards_when_a_clock_is_ahead', () => {
    expect(age(10 * MINUTE, 0)).toBe('0\u00a0min');
  });

  it('are_in_24_hours_in_both_languages', () => {
    for (const tongue of ['fr', 'en'] as const) {
      language.now = tongue;
      expect(clock(at(2026, 10, 23, 22, 4))).toBe('22:04');
      expect(clock(at(2026, 10, 23, 0, 30))).toBe('00:30');
    }
  });

  it('name_the_day_when_it_is_another_one', () => {
    const now = at(2026, 10, 23, 0, 10);
    expect(dayAndTime(at(2026, 10, 23, 0, 5), now)).toBe('00:05');
    expect(dayAndTime(at(2026, 10, 22, 23, 59), now)).toBe('hier 23:59');
    expect(dayAndTime(at(2026, 9, 2, 8, 0), now)).toMatch(/^2 oct\. 08:00$/);
    expect(day(at(2026, 10, 20, 8, 0), now)).toBe('vendredi 20 novembre');
    expect(day(at(2025, 10, 20, 8, 0), now)).toBe('20 novembre 2025');
    language.now = 'en';
    expect(day(at(2026, 10, 22, 8, 0), now)).toBe('yesterday');
  });

  it('put_no_break_spaces_where_french_wants_them', () => {
    expect(number(1_234_567)).toBe('1\u00a0234\u00a0567');
    expect([8, 48, 168].map(span)).toEqual(['8\u00a0h', '48\u00a0h', '7\u00a0jours']);
    language.now = 'en';
    expect(number(1_234_567)).toBe('1,234,567');
  });
});
