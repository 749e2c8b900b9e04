import { describe, expect, it, vi } from 'vitest';
import { die, done, eachInItsBrowser, page, pass, reading, server, tab } from './stage.fixture';

eachInItsBrowser();

describe('a held act and the browser that keeps it', () => {
  it('survives_a_page_that_dies_and_leaves_with_the_next_one', async () => {
    const sent = server(done);
    const first = await page();
    await first.begin();
    first.hold({ ...reading, kind: 'close', reason: 'traité' });
    die();

    const second = await page();
    await second.begin();
    await pass(0);
    expect(sent.map(({ path }) => path)).toEqual(['POST /v1/reports/aa/close', 'POST /v1/reports/bb/close']);
    expect([...tab.storage.keys()]).toEqual([]);
    // Said once: its ten seconds were not over.
    expect(second.acts.departed.map(({ kind }) => kind)).toEqual(['close']);
    second.dismissDeparted();
    expect(second.acts.departed).toEqual([]);
  });

  it('is_left_to_the_page_that_holds_it_as_long_as_that_one_lives', async () => {
    const sent = server(done);
    const first = await page();
    await first.begin();
    first.hold(reading);
    const second = await page();
    await second.begin();
    await pass(0);
    expect(second.acts.held).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('is_not_done_twice_when_its_page_died_with_the_answer_on_the_way', async () => {
    const hung = server(() => new Promise<Response>(() => undefined));
    const first = await page();
    await first.begin();
    first.hold({ ...reading, reports: ['aa'], kind: 'assign', to: 'Samir Morel' });
    await pass(10_000);
    expect(hung).toHaveLength(1);
    die();

    const standing = { lifecycle: { assigned: { assignee: 'Samir Morel', who: {} } }, comments: [] };
    const sent = server(() => Response.json(standing));
    const second = await page();
    await second.begin();
    await pass(0);
    expect(sent).toEqual([]);
    expect(second.acts.held).toEqual([]);
  });

  it('leaves_from_memory_when_the_browser_has_no_room', async () => {
    const sent = server(done);
    const full = (): void => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: full, removeItem: () => undefined });
    const { hold } = await page();
    hold({ ...reading, reports: ['aa'] });
    await pass(10_100);
    expect(sent).toHaveLength(1);
  });

  /** A browser that several people use one after another; `lost`: acts get no answer. */
  function shared(people: string[]) {
    const state = { lost: false, sent: [] as (string | null)[][] };
    vi.stubGlobal('fetch', (request: Request) => {
      const path = new URL(request.url).pathname;
      if (path === '/v1/me') return Promise.resolve(Response.json({ agent: people.shift() }));
      if (path === '/v1/session') return Promise.resolve(new Response(null, { status: 204 }));
      state.sent.push([path, request.headers.get('Ronde-Agent')]);
      return state.lost ? new Promise<Response>(() => undefined) : Promise.resolve(done());
    });
    return state;
  }

  it('leaves_with_the_session_of_who_signs_out', async () => {
    const { sent } = shared(['anne', 'marc']);
    const { acts, begin, hold } = await page();
    const { ask, leave } = await import('../session.svelte');
    await ask();
    await begin();
    hold({ ...reading, reports: ['aa'] });
    hold({ ...reading, reports: ['aa'], kind: 'close', reason: 'traité' });
    await leave();
    expect([acts.held, sent]).toEqual([[], [['/v1/reports/aa/read', 'anne'], ['/v1/reports/aa/close', 'anne']]]);
  });

  it('stays_with_its_person_when_it_cannot_leave_and_somebody_signs_out_or_another_one_comes', async () => {
    const state = shared(['anne', 'marc', 'marc', 'anne']);
    const { acts, begin, hold } = await page();
    const { ask, leave } = await import('../session.svelte');
    const reload = vi.fn();
    vi.stubGlobal('location', { reload });
    await ask();
    await begin();
    state.lost = true;
    hold({ ...reading, reports: ['aa'] });
    const left = leave();
    await pass(3_000);
    await left;
    expect(acts.held).toEqual([]);
    state.lost = false;
    state.sent = [];
    await ask();
    expect(reload, 'nothing of the one before stays on the page').toHaveBeenCalledOnce();
    for (const waits of [60_000, 0]) {
      die();
      vi.stubGlobal('location', undefined);
      const fresh = await page();
      const { ask, leave } = await import('../session.svelte');
      await ask();
      await fresh.begin();
      await pass(waits);
      if (waits === 0) break;
      expect(state.sent).toEqual([]);
      await leave();
    }
    expect(state.sent).toEqual([['/v1/reports/aa/read', 'anne']]);
  });
});
