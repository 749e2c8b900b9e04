import { describe, expect, it } from 'vitest';
import { entryAt, inView, layOut, MOST_ROWS, scrollFor } from './rows';

const heights = { row: 88, group: 32 };
const fifty = Array.from({ length: 50_000 }, (_, at) => 5 - Math.floor(at / 10_000));

describe('the rows of the list', () => {
  it('stand_under_the_title_of_their_severity', () => {
    const { entries, offsets } = layOut([5, 4, 4], heights, true);
    expect(entries).toEqual([
      { kind: 'group', severity: 5, place: 0 },
      { kind: 'event', place: 0 },
      { kind: 'group', severity: 4, place: 1 },
      { kind: 'event', place: 1 },
      { kind: 'event', place: 2 },
    ]);
    expect([...offsets]).toEqual([0, 32, 120, 152, 240, 328]);
  });

  it('have_no_titles_when_the_newest_comes_first', () => {
    expect(layOut([1, 5, 1], heights, false).entries.map((entry) => entry.kind)).toEqual(['event', 'event', 'event']);
  });

  it('in_the_page_are_never_more_than_a_hundred_of_fifty_thousand', () => {
    const rows = layOut(fifty, heights, true);
    const end = rows.offsets.at(-1) ?? 0;
    for (const height of [320, 900, 2160, 20_000]) {
      for (let top = 0; top <= end; top += 9_973) {
        const { first, last } = inView(rows, top, height);
        expect(last - first).toBeLessThanOrEqual(MOST_ROWS);
        expect(rows.offsets[first]).toBeLessThanOrEqual(top);
        if (height <= 2160) expect(rows.offsets[last]).toBeGreaterThanOrEqual(Math.min(end, top + height));
      }
    }
  });

  it('are_found_by_height_from_the_first_to_the_last', () => {
    const { offsets } = layOut([5, 4], heights, true);
    expect([-5, 0, 31, 32, 119, 120, 9_999].map((y) => entryAt(offsets, y))).toEqual([0, 0, 0, 1, 1, 2, 3]);
    expect(inView(layOut([], heights, true), 0, 900)).toEqual({ first: 0, last: 0 });
  });

  it('are_scrolled_to_only_when_they_are_out_of_view', () => {
    const rows = layOut([5, 5, 5, 5], heights, true);
    expect(scrollFor(rows, 1, 0, 300)).toBeNull();
    expect(scrollFor(rows, 3, 0, 300)).toBe(32 + 4 * 88 - 300);
    expect(scrollFor(rows, 0, 200, 300)).toBe(0);
    expect(scrollFor(rows, 9, 0, 300)).toBeNull();
  });
});
