import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HeldAct } from '../acts.svelte';

const tells = new Set<(act: HeldAct) => void>();
vi.mock('../acts.svelte', () => ({
  onSettled: (tell: (act: HeldAct) => void) => {
    tells.add(tell);
    return () => tells.delete(tell);
  },
}));

beforeEach(() => tells.clear());
afterEach(() => vi.restoreAllMocks());

describe('what the server accepted', () => {
  it('covers_what_is_on_screen_until_a_reading_that_began_after_it_and_forgets_none_for_another', async () => {
    const { anEvent } = await import('./event.fixture');
    const { beginReading, keepCount } = await import('./readings');
    const { Settled } = await import('./settled.svelte');
    const settled = new Settled();
    settled.follow(({ kind }) => kind === 'link', () => undefined);
    const accept = (key: string, kind = 'link') => tells.forEach((tell) => tell({ key, kind } as HeldAct));
    const read = (begun: number) => {
      const event = anEvent();
      keepCount(event, begun);
      return settled.unseenIn(event).map(({ key }) => key);
    };

    const before = beginReading();
    accept('one');
    accept('read', 'read');
    expect(read(before)).toEqual(['one']);
    const between = beginReading();
    accept('two');
    expect(read(between)).toEqual(['two']);
    expect(read(beginReading())).toEqual([]);
  });
});
