import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aLine } from './boite/line.fixture';

/** A browser's storage, locks and page, as much of them as held acts use. */
function browser(): { storage: Map<string, string>; locks: Set<string> } {
  const storage = new Map<string, string>();
  const locks = new Set<string>();
  const localStorage = new Proxy(
    {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, value: string) => void storage.set(key, value),
      removeItem: (key: string) => void storage.delete(key),
    },
    { ownKeys: () => [...storage.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) },
  );
  vi.stubGlobal('localStorage', localStorage);
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
  vi.stubGlobal('navigator', {
    language: 'fr-FR',
    locks: {
      request: (name: string, held: () => unknown) => {
        locks.add(name);
        held();
        return Promise.resolve();
      },
      query: () => Promise.resolve({ held: [...locks].map((name) => ({ name })) }),
    },
  });
  return { storage, locks };
}

interface Sent {
  path: string;
  body: unknown;
}

/** The server: what it was sent, and what it answers. */
function server(answer: (sent: Sent) => Response | Promise<Response>): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const body: unknown = request.method === 'POST' ? await request.text().then((t) => (t ? JSON.parse(t) : null)) : null;
    const call = { path: `${request.method} ${new URL(request.url).pathname}`, body };
    if (request.method === 'POST') sent.push(call);
    return answer(call);
  });
  return sent;
}

const done = (): Response => Response.json({ eid: 'e1' }, { status: 201 });
const problem = (code: string, status: number): Response =>
  Response.json({ type: `urn:ronde:problem:${code}`, detail: 'said by the server' }, { status });
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** A page of the browser: its own modules. */
async function page() {
  vi.resetModules();
  return import('./acts.svelte');
}

let tab: ReturnType<typeof browser>;
beforeEach(() => {
  vi.useFakeTimers();
  tab = browser();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const line = aLine({ members: ['aa', 'bb'] });
const reading = { kind: 'read', reports: line.members, title: line.title } as const;

describe('an act that can be taken back', () => {
  it('is_shown_at_once_and_leaves_after_ten_seconds_for_every_report_of_the_event', async () => {
    const sent = server(done);
    const { acts, hold, shownLine } = await page();
    hold(reading);
    expect(shownLine(line).status).toBe('read');
    await pass(9_900);
    expect(sent).toEqual([]);
    await pass(200);
    expect(sent.map(({ path }) => path)).toEqual(['POST /v1/reports/aa/read', 'POST /v1/reports/bb/read']);
    expect(acts.held).toEqual([]);
  });

  it('never_reaches_the_server_once_it_is_taken_back', async () => {
    const sent = server(done);
    const { cancel, hold, shownLine } = await page();
    const key = hold({ ...reading, kind: 'close', reason: 'doublon' });
    expect(shownLine(line).status).toBe('closed');
    await pass(9_000);
    expect(cancel(key)).toBe(true);
    expect(shownLine(line).status).toBe('delivered');
    await pass(60_000);
    expect(sent).toEqual([]);
    expect([...tab.storage.keys()]).toEqual([]);
  });

  it('cannot_be_taken_back_when_it_is_on_its_way', async () => {
    server(() => new Promise<Response>(() => undefined));
    const { cancel, hold } = await page();
    const key = hold(reading);
    await pass(10_000);
    expect(cancel(key)).toBe(false);
  });

  it('leaves_with_the_page_that_is_hidden', async () => {
    const sent = server(done);
    const { begin, hold } = await page();
    await begin();
    hold({ ...reading, kind: 'assign', to: 'pm-centre' });
    Object.assign(document, { visibilityState: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
    await pass(0);
    expect(sent.map(({ body }) => body)).toEqual([{ to: 'pm-centre' }, { to: 'pm-centre' }]);
  });

  it('survives_a_page_that_dies_and_leaves_with_the_next_one', async () => {
    const sent = server(done);
    const first = await page();
    await first.begin();
    first.hold({ ...reading, kind: 'close', reason: 'traité' });
    vi.clearAllTimers();
    tab.locks.clear();

    const second = await page();
    await second.begin();
    await pass(0);
    expect(sent.map(({ path }) => path)).toEqual(['POST /v1/reports/aa/close', 'POST /v1/reports/bb/close']);
    expect([...tab.storage.keys()]).toEqual([]);
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
    vi.clearAllTimers();
    tab.locks.clear();

    const standing = { lifecycle: { assigned: { assignee: 'Samir Morel', who: {} } }, comments: [] };
    const sent = server(() => Response.json(standing));
    const second = await page();
    await second.begin();
    await pass(0);
    expect(sent).toEqual([]);
    expect(second.acts.held).toEqual([]);
  });

  it('comes_back_with_its_sentence_when_it_is_refused', async () => {
    server(() => problem('not-allowed', 403));
    const { acts, dismiss, hold, shownLine } = await page();
    hold(reading);
    await pass(10_100);
    const why = 'Votre rôle ne permet pas cet acte.';
    expect(acts.back.map(({ refusals }) => refusals)).toEqual([[{ part: 'aa', why }, { part: 'bb', why }]]);
    expect(shownLine(line).status).toBe('delivered');
    dismiss(acts.back[0]?.key ?? '');
    expect(acts.back).toEqual([]);
  });

  it('waits_for_a_server_that_is_gone_and_for_a_new_session', async () => {
    let answer = (): Response | Promise<Response> => Promise.reject(new TypeError('refused'));
    const sent = server(() => answer());
    const { acts, hold } = await page();
    hold({ ...reading, reports: ['aa'] });
    await pass(16_000);
    expect(acts.held).toHaveLength(1);
    answer = () => problem('not-signed-in', 401);
    await pass(6_000);
    expect(acts.held).toHaveLength(1);
    answer = done;
    await pass(6_000);
    expect(acts.held).toEqual([]);
    expect(sent.length).toBeGreaterThan(2);
  });

  it('is_looked_up_before_it_is_sent_again_when_its_answer_was_lost', async () => {
    let lost = true;
    const standing = { lifecycle: { assigned: { assignee: 'Samir Morel', who: {} } }, comments: [] };
    const sent = server(() => (lost ? Promise.reject(new TypeError('lost')) : Response.json(standing)));
    const { acts, cancel, hold } = await page();
    const key = hold({ ...reading, reports: ['aa'], kind: 'assign', to: 'Samir Morel' });
    await pass(10_100);
    expect(acts.held).toHaveLength(1);
    expect(acts.last).toBeUndefined();
    expect(cancel(key)).toBe(false);
    lost = false;
    await pass(5_100);
    expect(sent).toHaveLength(1);
    expect(acts.held).toEqual([]);
  });

  it('cannot_be_taken_back_when_a_part_of_it_is_done', async () => {
    server(({ path }) => (path.includes('/bb/') ? problem('not-signed-in', 401) : done()));
    const { acts, cancel, hold } = await page();
    const key = hold({ ...reading, kind: 'close', reason: 'doublon' });
    await pass(10_100);
    expect(acts.held.map(({ done: parts }) => parts)).toEqual([['aa']]);
    expect(cancel(key)).toBe(false);
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

  it('gives_typed_words_back_to_their_field_when_it_is_taken_back_or_refused', async () => {
    server(() => problem('not-allowed', 403));
    const { acts, cancel, dismiss, hold } = await page();
    const closing = { ...reading, kind: 'close', reason: 'doublon', typed: { 'close.aa': 'doublon' } } as const;
    cancel(hold(closing));
    expect([...tab.storage]).toEqual([['ronde.draft..close.aa', 'doublon']]);
    tab.storage.clear();
    hold(closing);
    await pass(10_100);
    dismiss(acts.back[0]?.key ?? '');
    expect([...tab.storage]).toEqual([['ronde.draft..close.aa', 'doublon']]);
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
    const { ask, leave } = await import('./session.svelte');
    await ask();
    await begin();
    hold({ ...reading, reports: ['aa'] });
    hold({ ...reading, reports: ['aa'], kind: 'close', reason: 'traité' });
    await leave();
    expect([acts.held, sent]).toEqual([[], [['/v1/reports/aa/read', 'anne'], ['/v1/reports/aa/close', 'anne']]]);
  });

  it('stays_with_its_person_when_it_cannot_leave_and_somebody_signs_out_or_another_one_comes', async () => {
    const state = shared(['anne', 'marc', 'anne']);
    const { acts, begin, hold } = await page();
    const { ask, leave } = await import('./session.svelte');
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
    await begin();
    await pass(60_000);
    expect(state.sent).toEqual([]);
    await leave();
    await ask();
    await begin();
    await pass(0);
    expect(state.sent).toEqual([['/v1/reports/aa/read', 'anne']]);
  });

  it('goes_on_with_the_report_where_it_stopped', async () => {
    let refuse = true;
    const sent = server(({ path }) => {
      if (path.includes('/bb/') && refuse) return problem('try-later', 503);
      return done();
    });
    const { hold } = await page();
    hold(reading);
    await pass(10_100);
    refuse = false;
    await pass(5_100);
    expect(sent.map(({ path }) => path)).toEqual([
      'POST /v1/reports/aa/read',
      'POST /v1/reports/bb/read',
      'POST /v1/reports/bb/read',
    ]);
  });
});

const decision = {
  kind: 'decide',
  reports: ['aa'],
  title: 'Rixe',
  value: '6',
  body: { key: 'facts/people_count', chosen: { change: 'c6' }, saw: ['c6', 'c10'], saw_decisions: ['d0'], reason: 'vidéo' },
  typed: { 'decide.aa/facts/people_count': 'vidéo', 'decide.aa/facts/people_count.1': '6' },
} as const;
const decided = (id: string, agent: string) => ({ id, reason: 'vidéo', value: { kind: 'integer', value: 6 }, words: '6', who: { agent } });

describe('a decision that can be taken back', () => {
  const shown = { ...line, divergences: 2 };

  it('is_sent_after_ten_seconds_with_what_was_on_screen_and_counts_as_decided_meanwhile', async () => {
    const sent = server(() => Response.json({ eid: 'e', divergence: null }, { status: 201 }));
    const { hold, shownLine } = await page();
    hold({ ...decision, reports: ['aa'] } as never);
    expect(shownLine(shown).divergences).toBe(1);
    await pass(9_900);
    expect(sent).toEqual([]);
    await pass(200);
    expect(sent).toEqual([{ path: 'POST /v1/reports/aa/decisions', body: decision.body }]);
    expect([...tab.storage.keys()]).toEqual([]);
  });

  it('is_never_sent_once_taken_back_and_what_was_typed_is_there_again', async () => {
    const sent = server(done);
    const { cancel, hold, onTakenBack } = await page();
    const told: string[] = [];
    onTakenBack((act) => told.push(act.kind));
    expect(cancel(hold({ ...decision } as never))).toBe(true);
    await pass(60_000);
    expect(sent).toEqual([]);
    expect(told).toEqual(['decide']);
    expect(Object.fromEntries(tab.storage)).toEqual({
      'ronde.draft..decide.aa/facts/people_count': 'vidéo',
      'ronde.draft..decide.aa/facts/people_count.1': '6',
    });
  });

  it('stays_to_be_read_with_the_colleague_who_decided_meanwhile_and_stops_nothing', async () => {
    const divergence = { decisions: [decided('d0', 'samir'), decided('d1', 'nadia'), decided('d2', '')] };
    const sent = server(({ path }) => (path.endsWith('decisions') ? Response.json({ eid: 'e', divergence }) : done()));
    const { acts, dismiss, hold } = await page();
    hold({ ...decision } as never);
    hold({ ...reading, reports: ['aa'] });
    await pass(10_100);
    expect(acts.back.map(({ state, beside }) => [state, beside?.map(({ id }) => id)])).toEqual([['told', ['d1']]]);
    expect(sent.map(({ path }) => path)).toEqual(['POST /v1/reports/aa/decisions', 'POST /v1/reports/aa/read']);
    dismiss(acts.back[0]?.key ?? '');
    expect([acts.back, [...tab.storage.keys()]]).toEqual([[], []]);
  });

  it('is_looked_up_before_it_is_sent_again_when_its_answer_was_lost', async () => {
    let lost = true;
    const divergences = [{ key: decision.body.key, voices: [], decisions: [decided('d0', 'samir'), decided('d1', 'nadia')] }];
    const sent = server(({ path }) => {
      if (lost) return Promise.reject(new TypeError('lost'));
      return path.startsWith('GET') ? Response.json({ lifecycle: { linked: [] }, comments: [], divergences }) : done();
    });
    const { acts, hold } = await page();
    vi.spyOn(await import('./session.svelte').then(({ session }) => session), 'me', 'get').mockReturnValue({ agent: 'nadia' } as never);
    hold({ ...decision } as never);
    await pass(10_100);
    expect(sent).toHaveLength(1);
    lost = false;
    await pass(5_100);
    expect(sent).toHaveLength(1);
    expect([acts.held, acts.back]).toEqual([[], []]);
  });
});

describe('a link that can be taken back', () => {
  const link = { kind: 'link', reports: ['aa', 'cc'], title: 'Rixe', pairs: [['aa', 'cc']], linked: true, how: 'link' } as const;

  it('is_sent_pair_by_pair_after_ten_seconds_and_never_once_taken_back', async () => {
    const sent = server(() => new Response(null, { status: 204 }));
    const { cancel, hold } = await page();
    hold({ ...link, reports: ['aa', 'bb', 'cc'], pairs: [['aa', 'bb'], ['aa', 'cc']], linked: false, how: 'unlink' });
    cancel(hold({ ...link, reports: ['dd'], pairs: [['dd', 'ee']] }));
    await pass(10_100);
    expect(sent).toEqual([
      { path: 'POST /v1/reports/aa/links', body: { other: 'bb', linked: false } },
      { path: 'POST /v1/reports/aa/links', body: { other: 'cc', linked: false } },
    ]);
  });

  it('is_not_said_twice_when_its_answer_was_lost', async () => {
    let lost = true;
    const sent = server(() => (lost ? Promise.reject(new TypeError('lost')) : Response.json({ lifecycle: { linked: ['cc'] } })));
    const { acts, hold } = await page();
    hold({ ...link, reports: ['aa', 'cc'], pairs: [['aa', 'cc']] });
    await pass(10_100);
    lost = false;
    await pass(5_100);
    expect([sent.length, acts.held]).toEqual([1, []]);
  });
});

describe('acts on the same report', () => {
  const paths = (sent: Sent[]): string[] => sent.map(({ path }) => path.split('/').slice(3).join(' '));

  it('leave_one_after_another_in_the_order_they_were_made_while_others_do_not_wait', async () => {
    const answers: (() => void)[] = [];
    const sent = server(() => new Promise<Response>((answer) => answers.push(() => answer(done()))));
    const { hold, leaveAll } = await page();
    hold({ ...reading, reports: ['aa', 'bb'] });
    hold({ ...reading, reports: ['bb'], kind: 'assign', to: 'pm-centre' });
    hold({ ...reading, reports: ['bb'], kind: 'close', reason: 'traité' });
    hold({ ...reading, reports: ['zz'] });
    leaveAll();
    const said: string[][] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      await pass(0);
      said.push(paths(sent.splice(0)));
      answers.splice(0).forEach((answer) => answer());
    }
    expect(said).toEqual([['aa read', 'zz read'], ['bb read'], ['bb assign'], ['bb close'], [], []]);
  });

  it('wait_for_one_that_was_refused_until_somebody_read_why_and_only_those_on_its_report', async () => {
    const sent = server(({ path }) => (path.endsWith('assign') ? problem('not-allowed', 403) : done()));
    const { acts, cancel, dismiss, hold, waitsFor } = await page();
    hold({ ...reading, reports: ['aa'], kind: 'assign', to: 'pm-centre' });
    const behind = hold({ ...reading, reports: ['aa'], kind: 'close', reason: 'traité' });
    const taken = hold({ ...reading, reports: ['aa'], kind: 'comment', text: 'Où ?' });
    hold({ ...reading, reports: ['zz'] });
    await pass(60_000);
    expect(paths(sent)).toEqual(['aa assign', 'zz read']);
    expect(acts.held.map(({ key }) => key)).toEqual([behind, taken]);
    expect(acts.held.map((act) => waitsFor(act)?.kind)).toEqual(['assign', 'assign']);
    expect(cancel(taken)).toBe(true);
    dismiss(acts.back[0]?.key ?? '');
    expect(acts.last?.key).toBe(behind);
    await pass(9_900);
    expect(paths(sent)).toEqual(['aa assign', 'zz read']);
    await pass(200);
    expect(paths(sent)).toEqual(['aa assign', 'zz read', 'aa close']);
  });

  it('keep_their_order_over_pages_that_died', async () => {
    server(() => new Promise<Response>(() => undefined));
    const [one, other] = [await page(), await page()];
    await one.begin();
    await other.begin();
    one.hold({ ...reading, reports: ['zz'] });
    other.hold({ ...reading, reports: ['aa'] });
    await pass(1_000);
    one.hold({ ...reading, reports: ['aa'], kind: 'close', reason: 'traité' });
    vi.clearAllTimers();
    tab.locks.clear();
    const sent = server(done);
    const next = await page();
    await next.begin();
    await pass(0);
    expect(paths(sent)).toEqual(['zz read', 'aa read', 'aa close']);
  });
});

describe('an act that says what the person looked at', () => {
  const seen = { ...line, moved: 41 };

  it('is_sent_with_the_number_of_the_line_at_the_moment_of_the_deed', async () => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (request: Request) => {
      asked.push(new URL(request.url).search);
      return Promise.resolve(done());
    });
    const { hold, onEvent } = await page();
    const event = onEvent(seen);
    hold({ ...event, reports: ['aa'], kind: 'read' });
    hold({ ...event, reports: ['bb'], kind: 'assign', to: 'pm-centre' });
    hold({ ...event, reports: ['cc'], kind: 'close', reason: 'traité' });
    hold({ ...event, reports: ['dd'], kind: 'reopen', reason: 'suite' });
    hold({ ...event, reports: ['ee'], kind: 'comment', text: 'Où ?' });
    hold({ ...reading, reports: ['ff'] });
    await pass(10_100);
    expect(asked).toEqual(['?seen=41', '?seen=41', '?seen=41', '?seen=41', '', '']);
  });

  it('comes_back_with_the_sentence_of_who_was_there_meanwhile_and_goes_when_it_is_insisted_on', async () => {
    const asked: string[] = [];
    let changed = true;
    const detail = 'Nadia Roy a clos cet événement à 23:15.';
    vi.stubGlobal('fetch', (request: Request) => {
      asked.push(new URL(request.url).search);
      const type = 'urn:ronde:problem:changed-meanwhile';
      return Promise.resolve(changed ? Response.json({ type, detail, by: 'Nadia Roy', what: 'close', now: 57 }, { status: 409 }) : done());
    });
    const { acts, hold, insist } = await page();
    hold({ ...reading, reports: ['aa'], kind: 'close', reason: 'traité', seen: 41, typed: { 'close.aa': 'traité' } });
    hold({ ...reading, reports: ['aa'], kind: 'comment', text: 'Où ?' });
    await pass(10_100);
    expect(acts.back.map(({ refusals }) => refusals)).toEqual([[{ part: 'aa', why: detail, now: 57 }]]);
    changed = false;
    insist(acts.back[0]?.key ?? '');
    expect([acts.back, acts.held.map(({ kind }) => kind), acts.last?.kind]).toEqual([[], ['close', 'comment'], 'close']);
    await pass(9_000);
    expect(asked).toEqual(['?seen=41']);
    await pass(1_100);
    expect(asked).toEqual(['?seen=41', '?seen=57', '']);
  });

  /** A colleague crossed some of an event's reports, each at its own number of the ledger. */
  function crossed(at: Record<string, number>) {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (request: Request) => {
      const { pathname, search } = new URL(request.url);
      const id = pathname.split('/')[3] ?? '';
      if (request.method === 'GET') return Promise.resolve(Response.json({ number: `2026-${id}` }));
      asked.push(`${id}${search}`);
      const now = at[id];
      if (now === undefined || Number(search.slice(6)) >= now) return Promise.resolve(done());
      const detail = `Nadia Roy était là à ${now}.`;
      return Promise.resolve(Response.json({ type: 'urn:ronde:problem:changed-meanwhile', detail, now }, { status: 409 }));
    });
    return asked;
  }

  it('asks_each_report_by_what_was_read_of_that_one_and_says_all_refusals_at_once', async () => {
    const at: Record<string, number> = { aa: 50, bb: 57 };
    const asked = crossed(at);
    const { acts, hold, insist } = await page();
    const { cameBack, lookAt } = await import('./acts/saying');
    const key = hold({ kind: 'close', reports: ['aa', 'bb', 'cc'], title: 'Rixe', reason: 'traité', seen: 41 });
    await pass(10_100);
    expect(asked.splice(0)).toEqual(['aa?seen=41', 'bb?seen=41', 'cc?seen=41']);
    const [back] = acts.back;
    expect(back && cameBack(back).replaceAll('\u00a0', ' ')).toBe(
      'Clôture : « Rixe », traité. Fait pour 1 rapport sur 3. Refusé pour 2026-aa : Nadia Roy était là à 50. Refusé pour 2026-bb : Nadia Roy était là à 57.',
    );
    expect(back && lookAt(back)).toBe('aa');
    insist(key);
    // What has not left yet can be taken back, though a part of it is done.
    expect(acts.last?.key).toBe(key);
    at.aa = 55;
    await pass(10_100);
    expect(asked.splice(0)).toEqual(['aa?seen=50', 'bb?seen=57']);
    expect(acts.back.map(({ refusals }) => refusals?.map(({ part }) => part))).toEqual([['aa']]);
    insist(key);
    await pass(10_100);
    expect([asked, acts.back, acts.held]).toEqual([['aa?seen=55'], [], []]);
  });

  it('keeps_its_order_over_a_page_that_dies_once_it_was_insisted_on', async () => {
    const asked = crossed({ aa: 57 });
    const first = await page();
    await first.begin();
    const key = first.hold({ kind: 'close', reports: ['aa'], title: 'Rixe', reason: 'traité', seen: 41 });
    await pass(5_000);
    first.hold({ kind: 'comment', reports: ['aa'], title: 'Rixe', text: 'Où ?' });
    await pass(5_100);
    first.insist(key);
    vi.clearAllTimers();
    tab.locks.clear();
    asked.splice(0);
    const second = await page();
    await second.begin();
    await pass(0);
    expect(asked).toEqual(['aa?seen=57', 'aa']);
  });
});

describe('an act that does not leave', () => {
  it('is_shown_to_a_person_who_tries_again_or_gives_it_up_and_stops_nothing_for_ever', async () => {
    let broken = true;
    const sent = server(({ path }) => {
      if (broken && path.includes('/aa/close')) return problem('defect', 500);
      return path.startsWith('GET') ? Response.json({ lifecycle: {}, comments: [] }) : done();
    });
    const { acts, dismiss, hold, retry } = await page();
    const { cameBack } = await import('./acts/saying');
    const key = hold({ ...reading, reports: ['aa'], kind: 'close', reason: 'traité' });
    hold({ ...reading, reports: ['aa'] });
    await pass(10_100);
    expect(acts.back).toEqual([]);
    await pass(60_000);
    const tries = sent.length;
    expect(acts.back.map((act) => cameBack(act))[0]).toMatch(/N’est pas parti.*Défaut du serveur.*Peut être déjà parti\.$/);
    await pass(60_000);
    expect(sent.length).toBe(tries);
    retry(key);
    await pass(60_000);
    expect([acts.back.length, sent.length]).toEqual([1, 2 * tries]);
    dismiss(key);
    await pass(10_100);
    expect([acts.held, acts.back, sent.at(-1)?.path]).toEqual([[], [], 'POST /v1/reports/aa/read']);
    broken = false;
  });

  it('comes_back_when_the_page_itself_is_at_fault', async () => {
    const faults = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    server(() => Response.json({ eid: 'e', divergence: { decisions: 7 } }));
    const { acts, hold } = await page();
    hold({ ...decision } as never);
    await pass(10_100);
    expect(acts.back.map(({ state, why, maybeGone }) => [state, why !== undefined, maybeGone])).toEqual([['refused', true, true]]);
    expect(faults).toHaveBeenCalled();
  });
});

describe('what is already there', () => {
  const me = { agent: 'nadia' };
  const report = (change: object) => ({ id: 'aa', lifecycle: {}, comments: [], divergences: [], ...change }) as never;

  async function lookedUp(act: object, change: object): Promise<boolean> {
    vi.resetModules();
    server(() => Response.json(report(change)));
    const { session } = await import('./session.svelte');
    vi.spyOn(session, 'me', 'get').mockReturnValue(me as never);
    const { standing } = await import('./acts/standing');
    return (await standing({ reports: ['aa'], madeMs: 1_000_000, ...act } as never, 'aa')) !== null;
  }

  it('is_a_question_that_was_not_there_before_in_the_same_words', async () => {
    const asked = (id: string, written_ms: number) => ({ id, text: 'Où ?', who: { ...me, written_ms } });
    const question = { kind: 'comment', text: 'Où ?' };
    const comments = [asked('k1', 500_000)];
    expect(await lookedUp({ ...question, had: ['k1'] }, { comments })).toBe(false);
    expect(await lookedUp(question, { comments })).toBe(false);
    expect(await lookedUp({ ...question, had: ['k1'] }, { comments: [...comments, asked('k2', 1_005_000)] })).toBe(true);
    expect(await lookedUp(question, { comments: [...comments, asked('k2', 1_005_000)] })).toBe(true);
  });

  it('is_a_decision_for_the_same_value_and_not_only_for_the_same_reason', async () => {
    const made = (value: number) => ({ id: `d${value}`, reason: '', value: { value, kind: 'integer' }, who: me });
    const voices = [{ change: 'c6', value: { kind: 'integer', value: 6 } }];
    const stands = (value: number) => ({ divergences: [{ key: 'k', voices, decisions: [made(value)] }] });
    const body = { key: 'k', reason: '', saw: [], saw_decisions: [] };
    for (const chosen of [{ change: 'c6' }, { value: { kind: 'integer', value: 6 } }]) {
      expect(await lookedUp({ kind: 'decide', body: { ...body, chosen } }, stands(6))).toBe(true);
      expect(await lookedUp({ kind: 'decide', body: { ...body, chosen } }, stands(7))).toBe(false);
    }
  });

  it('is_asked_for_the_person_of_the_page_and_for_nobody_when_it_asks_who_that_is', async () => {
    vi.resetModules();
    const asked: (string | null)[] = [];
    vi.stubGlobal('fetch', (request: Request) => {
      asked.push(request.headers.get('Ronde-Agent'));
      return Promise.resolve(done());
    });
    const { api, got, writeAs } = await import('./api');
    writeAs('nadia');
    await got(api.GET('/v1/summary'));
    await got(api.GET('/v1/me'));
    expect(asked).toEqual(['nadia', null]);
  });
});
