import { describe, expect, it } from 'vitest';
import type { HeldAct } from '../acts.svelte';
import type { EventLine, EventPage } from '../api';
import { Advance } from './advance.svelte';
import { usual } from './filters';
import { Inbox } from './inbox.svelte';
import { later } from './later.svelte';
import { aLine } from './line.fixture';

const page = (items: EventLine[], total: number, next: string | null): EventPage => ({
  items,
  next,
  total,
  by_severity: [0, 0, 0, total, 0],
});

async function at(...pages: EventLine[][]): Promise<{ inbox: Inbox; advance: Advance; seen: string[] }> {
  const total = pages.flat().length;
  const inbox = new Inbox(({ after }) => {
    const place = Number(after ?? 0);
    return Promise.resolve(page(pages[place] ?? [], total, place + 1 < pages.length ? String(place + 1) : null));
  });
  await inbox.show(usual);
  const seen: string[] = [];
  return { inbox, seen, advance: new Advance(inbox, ({ id }) => seen.push(id)) };
}

const act = (line: EventLine): HeldAct => ({ reports: line.members }) as HeldAct;

describe('after an act', () => {
  it('comes_the_next_event_that_is_still_to_treat', async () => {
    const [a, put, closed, gone, next] = [aLine(), aLine(), aLine({ status: 'closed' }), aLine(), aLine()];
    const { inbox, advance, seen } = await at([a, put, closed, gone, next]);
    later.turn(put.id);
    inbox.hear({ kind: 'gone', reports: [gone.id] });
    await advance.next(a);
    expect(seen).toEqual([next.id]);
  });

  it('of_the_last_event_the_end_is_said_and_nothing_moves', async () => {
    const [a, b] = [aLine(), aLine()];
    const { advance, seen } = await at([a, b]);
    await advance.next(b);
    expect([seen, advance.atEnd]).toEqual([[], true]);
    advance.moved();
    expect(advance.atEnd).toBe(false);
  });

  it('of_the_last_one_read_the_next_page_is_read', async () => {
    const [a, b] = [aLine(), aLine()];
    const { advance, seen } = await at([a], [b]);
    await advance.next(a);
    expect([seen, advance.atEnd]).toEqual([[b.id], false]);
  });
});

describe('an act that is taken back', () => {
  it('brings_its_event_back_one_after_the_other', async () => {
    const [a, b, c] = [aLine(), aLine(), aLine()];
    const { advance, seen } = await at([a, b, c]);
    await advance.next(a);
    await advance.next(b);
    advance.takenBack(act(b), c.id);
    advance.takenBack(act(a), b.id);
    expect(seen).toEqual([b.id, c.id, b.id, a.id]);
  });

  it('moves_nothing_once_the_person_went_elsewhere', async () => {
    const [a, b, c] = [aLine(), aLine(), aLine()];
    const { advance, seen } = await at([a, b, c]);
    await advance.next(a);
    advance.takenBack(act(a), c.id);
    // Elsewhere, and by hand to the same one: it is theirs now.
    advance.moved();
    advance.takenBack(act(a), b.id);
    expect(seen).toEqual([b.id]);
  });
});
