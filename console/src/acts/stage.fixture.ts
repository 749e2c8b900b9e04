// A browser, a server and pages for tests of held acts: storage, locks, clock and calls are played.
import { afterEach, beforeEach, vi } from 'vitest';
import { aLine } from '../boite/line.fixture';

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

export interface Sent {
  path: string;
  body: unknown;
}

/** The server: what it was sent, and what it answers. */
export function server(answer: (sent: Sent) => Response | Promise<Response>): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const body: unknown = request.method === 'POST' ? await request.text().then((t) => (t ? JSON.parse(t) : null)) : null;
    const call = { path: `${request.method} ${new URL(request.url).pathname}`, body };
    if (request.method === 'POST') sent.push(call);
    return answer(call);
  });
  return sent;
}

export const done = (): Response => Response.json({ eid: 'e1' }, { status: 201 });
export const problem = (code: string, status: number): Response =>
  Response.json({ type: `urn:ronde:problem:${code}`, detail: 'said by the server' }, { status });
export const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** A page of the browser: its own modules. */
export async function page() {
  vi.resetModules();
  return import('../acts.svelte');
}

/** The browser of the test that runs. */
export let tab: ReturnType<typeof browser>;

/** Each test of the file has a clock and a browser of its own. */
export function eachInItsBrowser(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    tab = browser();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}

/** This page died as it was: its timers run no more, and its lock is free. */
export function die(): void {
  vi.clearAllTimers();
  tab.locks.clear();
}

export const line = aLine({ members: ['aa', 'bb'] });
export const reading = { kind: 'read', reports: line.members, title: line.title } as const;

export const decision = {
  kind: 'decide',
  reports: ['aa'],
  title: 'Rixe',
  value: '6',
  body: { key: 'facts/people_count', chosen: { change: 'c6' }, saw: ['c6', 'c10'], saw_decisions: ['d0'], reason: 'vidéo' },
  typed: { 'decide.aa/facts/people_count': 'vidéo', 'decide.aa/facts/people_count.1': '6' },
} as const;
export const decided = (id: string, agent: string) => ({ id, reason: 'vidéo', value: { kind: 'integer', value: 6 }, words: '6', who: { agent } });
