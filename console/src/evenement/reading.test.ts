import { describe, expect, it } from 'vitest';
import { READ_MS, Reading } from './reading';

describe('a key that came to mean something else', () => {
  it('waits_until_it_can_be_read_and_again_each_time_it_changes_but_not_when_a_person_called_for_it', () => {
    let nowMs = 5_000;
    const reading = new Reading(() => nowMs);
    reading.shows('one', true);
    expect(reading.isRead).toBe(true);
    reading.shows('two');
    expect(reading.isRead).toBe(false);
    nowMs += READ_MS - 1;
    reading.shows('two');
    expect(reading.isRead).toBe(false);
    nowMs += 1;
    expect(reading.isRead).toBe(true);
    reading.shows('three');
    expect(reading.isRead).toBe(false);
  });
});
