import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventLine, EventPage } from '../api';
import type { Told } from '../live.svelte';
import { language } from '../words';
import { usual } from './filters';
import { groupOf } from './merging';
import { Inbox, type ReadPage } from './inbox.svelte';
import { aLine } from './line.fixture';

const page = (items: EventLine[], more: Partial<EventPage> = {}): EventPage => ({
  items,
  next: null,
  total: items.length,
  by_severity: [0, 0, 0, items.length, 0],
  ...more,
});

async function inboxOf(items: EventLine[], more: Partial<EventPage> = {}): Promise<Inbox> {
  const inbox = new Inbox(() => Promise.resolve(page(items, more)));
  await inbox.show(usual);
  return inbox;
}

const changed = (line: EventLine, first = false): Told => ({
  kind: 'changed',
  reports: line.members,
  events: [{ id: line.id, line, first }],
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the live list', () => {
  it('lets_a_new_event_wait_and_moves_no_row', async () => {
    const [a, b] = [aLine(), aLine()];
    const inbox = await inboxOf([a, b]);
    const graver = aLine({ severity: 5 });
    inbox.hear(changed(graver, true));
    expect(inbox.items).toEqual([a, b]);
    expect(inbox.waiting).toEqual([graver]);
    expect(inbox.showWaiting()).toBe(graver);
    expect(inbox.items.map((line) => line.id)).toEqual([graver.id, a.id, b.id]);
    expect(inbox.waiting).toEqual([]);
  });

  it('changes_a_row_where_it_stands_even_when_it_becomes_graver', async () => {
    const [a, b] = [aLine({ severity: 3 }), aLine({ severity: 3 })];
    const inbox = await inboxOf([a, b]);
    inbox.hear(changed({ ...b, severity: 5, divergences: 2 }));
    expect(inbox.items.map((line) => [line.id, line.severity, line.divergences])).toEqual([
      [a.id, 3, 0],
      [b.id, 5, 2],
    ]);
    // It stays under the title it was read under; the next reading moves it.
    expect(inbox.items.map(groupOf)).toEqual([3, 3]);
  });

  it('shows_two_linked_reports_as_one_row', async () => {
    const [a, b, c] = [aLine(), aLine(), aLine()];
    const inbox = await inboxOf([a, b, c]);
    inbox.hear(changed({ ...b, members: [b.id, c.id], reports: 2 }));
    expect(inbox.items.map((line) => line.id)).toEqual([a.id, b.id]);
  });

  it('keeps_the_leading_report_in_its_row_when_another_is_taken_out_of_its_event', async () => {
    const [a, b] = [aLine({ severity: 4 }), aLine({ severity: 3 })];
    const inbox = await inboxOf([{ ...a, members: [a.id, b.id], reports: 2 }]);
    // Whichever is told first.
    inbox.hear(changed(b, true));
    inbox.hear(changed(a));
    expect(inbox.items).toEqual([a]);
    expect(inbox.waiting).toEqual([b]);
  });

  it('does_not_show_what_the_filters_leave_out', async () => {
    const inbox = new Inbox(() => Promise.resolve(page([aLine()])));
    await inbox.show({ ...usual, unread: true });
    inbox.hear(changed(aLine({ status: 'read' })));
    expect(inbox.waiting).toEqual([]);
    inbox.hear(changed(aLine()));
    expect(inbox.waiting).toHaveLength(1);
  });

  it('keeps_a_row_that_was_closed_where_it_is_until_a_newer_list_is_asked_for', async () => {
    const [a, b] = [aLine(), aLine()];
    const inbox = await inboxOf([a, b]);
    inbox.hear(changed({ ...a, status: 'closed' }));
    expect(inbox.items.map(({ id, status }) => [id, status])).toEqual([
      [a.id, 'closed'],
      [b.id, 'delivered'],
    ]);
    const late = aLine();
    inbox.hear(changed(late, true));
    inbox.showWaiting();
    expect(inbox.items.map(({ id }) => id)).toEqual([late.id, b.id]);
    // What was closed elsewhere and never had a row does not get one.
    inbox.hear(changed(aLine({ status: 'closed' })));
    expect(inbox.waiting).toEqual([]);
  });

  it('counts_what_is_closed_apart_at_once_and_puts_in_the_event_that_somebody_looks_at', async () => {
    const [a, b] = [aLine(), aLine()];
    const inbox = await inboxOf([a, b]);
    inbox.hear(changed({ ...a, status: 'closed' }));
    expect(inbox.counts).toEqual({ total: 1, bySeverity: [0, 0, 0, 1, 0], since: [0, 0, 0, 1, 0] });
    inbox.hear(changed({ ...a, status: 'read' }));
    expect([inbox.counts.total, inbox.counts.since]).toEqual([2, [0, 0, 0, 0, 0]]);
    const [parted, other] = [aLine({ severity: 1 }), aLine({ severity: 1 })];
    inbox.hear(changed(parted));
    inbox.hear(changed(other));
    inbox.admit(parted.id);
    expect([inbox.placeOf(parted.id), inbox.waiting]).toEqual([2, [other]]);
  });

  it('is_read_again_when_the_page_speaks_another_language_and_when_asked_anew', async () => {
    const read = vi.fn<ReadPage>(() => Promise.resolve(page([aLine()])));
    const inbox = new Inbox(read);
    await Promise.all([inbox.show(usual), inbox.show(usual)]);
    await inbox.show(usual);
    expect(read).toHaveBeenCalledTimes(1);
    language.now = 'en';
    await inbox.show(usual);
    expect(read).toHaveBeenCalledTimes(2);
    language.now = 'fr';
    await inbox.show(usual);
    await inbox.show(usual, true);
    expect(read).toHaveBeenCalledTimes(4);
  });

  it('shows_the_first_event_of_an_empty_list_at_once', async () => {
    const inbox = await inboxOf([]);
    const first = aLine();
    inbox.hear(changed(first, true));
    expect(inbox.items).toEqual([first]);
  });

  it('leaves_to_a_later_page_what_lies_beyond_the_last_row', async () => {
    const inbox = await inboxOf([aLine({ severity: 5 })], { next: '5-1', total: 400 });
    inbox.hear(changed(aLine({ severity: 1 }), true));
    expect(inbox.waiting).toEqual([]);
  });

  it('shows_an_event_once_that_waited_and_came_with_the_next_page', async () => {
    const [a, late] = [aLine({ newest_ms: 9_000 }), aLine({ newest_ms: 10 })];
    const pages = [page([a], { next: 'x', total: 2 }), page([late], { total: 2 })];
    const inbox = new Inbox((query) => Promise.resolve(query.after ? pages[1]! : pages[0]!));
    await inbox.show(usual);
    inbox.hear(changed(late, true));
    await inbox.more();
    inbox.showWaiting();
    expect(inbox.items.map((line) => line.id)).toEqual([a.id, late.id]);
  });

  it('says_nothing_more_of_an_event_that_left_the_persons_scope', async () => {
    const a = aLine();
    const inbox = await inboxOf([a, aLine()]);
    inbox.hear({ kind: 'gone', reports: [a.id] });
    expect(inbox.isGone(a)).toBe(true);
    expect(inbox.items).toHaveLength(2);
  });

  it('shows_again_an_event_that_came_back_into_the_persons_scope', async () => {
    const a = aLine();
    const inbox = await inboxOf([a, aLine()]);
    inbox.hear({ kind: 'gone', reports: [a.id] });
    inbox.hear(changed(a));
    expect(inbox.isGone(a)).toBe(false);
  });

  it('says_nothing_of_a_row_whose_leading_report_left', async () => {
    const [first, second] = [aLine(), aLine()];
    const both = { ...first, members: [first.id, second.id], reports: 2 };
    const inbox = await inboxOf([both]);
    inbox.hear({ kind: 'gone', reports: [first.id] });
    expect(inbox.isGone(both)).toBe(true);
    inbox.hear(changed(second));
    expect(inbox.items).toEqual([second]);
    expect(inbox.isGone(second)).toBe(false);
  });

  it('keeps_what_is_told_while_a_page_is_read', async () => {
    const answers: ((answer: EventPage) => void)[] = [];
    const inbox = new Inbox(() => new Promise((answer) => answers.push(answer)));
    const [a, b, late] = [aLine(), aLine(), aLine()];
    const shown = inbox.show(usual);
    inbox.hear(changed({ ...a, status: 'read' }));
    inbox.hear(changed(late, true));
    answers[0]?.(page([a], { next: 'x', total: 3 }));
    await shown;
    expect(inbox.items.map(({ status }) => status)).toEqual(['read']);
    expect(inbox.waiting.map(({ id }) => id)).toEqual([late.id]);

    const more = inbox.more();
    inbox.hear(changed({ ...b, status: 'read' }));
    answers[1]?.(page([b], { total: 3 }));
    await more;
    expect(inbox.items.map(({ id, status }) => [id, status])).toEqual([
      [a.id, 'read'],
      [b.id, 'read'],
    ]);
  });

  it('reads_nothing_for_a_list_that_nobody_asked_for', async () => {
    const read = vi.fn<ReadPage>(() => Promise.resolve(page([])));
    new Inbox(read).hear(changed(aLine(), true));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(read).not.toHaveBeenCalled();
  });

  it('reads_every_page_once_and_each_event_once', async () => {
    const all = Array.from({ length: 250 }, () => aLine());
    const read = vi.fn<ReadPage>((query) => {
      const from = Number(query.after ?? 0);
      const items = all.slice(from, from + query.limit);
      const next = from + query.limit < all.length ? String(from + query.limit) : null;
      return Promise.resolve(page(items, { next, total: all.length }));
    });
    const inbox = new Inbox(read);
    await inbox.show(usual);
    await Promise.all([inbox.more(), inbox.more()]);
    while (inbox.hasMore) await inbox.more();
    await inbox.more();
    expect(inbox.items.map((line) => line.id)).toEqual(all.map((line) => line.id));
    expect(new Set(read.mock.calls.map(([query]) => query.after)).size).toBe(read.mock.calls.length);
  });

  it('shows_the_answer_to_the_last_question_whichever_comes_last', async () => {
    const answers: ((answer: EventPage) => void)[] = [];
    const inbox = new Inbox(() => new Promise((answer) => answers.push(answer)));
    const slow = inbox.show({ ...usual, commune: '28085' });
    const quick = inbox.show({ ...usual, commune: '28218' });
    const wanted = aLine();
    answers[1]?.(page([wanted]));
    await quick;
    answers[0]?.(page([aLine(), aLine()]));
    await slow;
    expect(inbox.items).toEqual([wanted]);
  });
});
