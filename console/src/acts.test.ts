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
    expect(acts.refused.map(({ why }) => why)).toEqual(['Votre rôle ne permet pas cet acte.']);
    expect(shownLine(line).status).toBe('delivered');
    dismiss(acts.refused[0]?.key ?? '');
    expect(acts.refused).toEqual([]);
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
    const closing = { ...reading, kind: 'close', reason: 'doublon', draft: 'close.aa' } as const;
    cancel(hold(closing));
    expect([...tab.storage]).toEqual([['ronde.draft..close.aa', 'doublon']]);
    tab.storage.clear();
    hold(closing);
    await pass(10_100);
    dismiss(acts.refused[0]?.key ?? '');
    expect([...tab.storage]).toEqual([['ronde.draft..close.aa', 'doublon']]);
  });

  it('stays_with_its_person_when_somebody_signs_out_or_another_one_comes', async () => {
    const people = ['anne', 'marc', 'anne'];
    const writers: (string | null)[] = [];
    const sent: string[] = [];
    vi.stubGlobal('fetch', (request: Request) => {
      const path = new URL(request.url).pathname;
      if (path === '/v1/me') return Promise.resolve(Response.json({ agent: people.shift() }));
      if (request.method === 'POST') {
        sent.push(path);
        writers.push(request.headers.get('Ronde-Agent'));
      }
      return Promise.resolve(path === '/v1/session' ? new Response(null, { status: 204 }) : done());
    });
    const { acts, begin, hold } = await page();
    const { ask, leave } = await import('./session.svelte');
    await ask();
    await begin();
    hold({ ...reading, reports: ['aa'] });
    await leave();
    expect(acts.held).toEqual([]);
    await ask();
    await begin();
    await pass(60_000);
    expect(sent).toEqual([]);
    await leave();
    await ask();
    await begin();
    await pass(0);
    expect(sent).toEqual(['/v1/reports/aa/read']);
    expect(writers).toEqual(['anne']);
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
