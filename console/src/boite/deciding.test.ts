import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aLine } from './line.fixture';

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('an act of triage', () => {
  it('is_judged_by_the_older_of_what_the_list_and_the_event_showed', async () => {
    const { lookedAt } = await import('./deciding');
    const [older, newer] = [aLine({ id: 'aa', moved: 41 }), aLine({ id: 'aa', moved: 57 })];
    expect(lookedAt(newer, older)).toEqual({ ...newer, moved: 41 });
    expect(lookedAt(older, newer)?.moved).toBe(41);
    expect([lookedAt(undefined, older), lookedAt(newer, null), lookedAt(undefined, null)]).toEqual([older, newer, null]);
  });

  it('is_not_signed_on_an_event_that_is_closed_already_nor_on_one_whose_closing_is_held', async () => {
    const { session } = await import('../session.svelte');
    vi.spyOn(session, 'me', 'get').mockReturnValue({ agent: 'nadia', name: 'Nadia Roy', rights: { assign: true, close: true } } as never);
    const { acts, cancel, hold, onEvent } = await import('../acts.svelte');
    const { asking } = await import('../acts/asking.svelte');
    const { decide, fits } = await import('./deciding');
    const onnext = vi.fn();
    const closed = aLine({ status: 'closed' });
    decide('take', closed, onnext);
    decide('close', closed, onnext);
    decide('assign', closed, onnext);
    expect([acts.held, asking.now, onnext.mock.calls.length]).toEqual([[], null, 0]);

    const open = aLine({ status: 'assigned' });
    const closing = hold({ ...onEvent(open), kind: 'close', reason: 'traité' });
    expect([fits('take', open), fits('read', open)]).toEqual([false, true]);
    hold({ ...onEvent(open), kind: 'reopen', reason: 'suite' });
    expect(fits('take', open)).toBe(true);
    cancel(closing);
    decide('take', open, onnext);
    expect([acts.last?.kind, onnext.mock.calls.length]).toEqual(['assign', 1]);
  });
});
