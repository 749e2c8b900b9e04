import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventDetail } from '../api';
import type { Told } from '../live.svelte';
import { language } from '../words';
import { anEvent, aReport } from './event.fixture';
import { Opened } from './opened.svelte';

const server = vi.hoisted(() => ({
  event: undefined as unknown,
  refuses: '' as string,
  asked: [] as string[],
  gate: Promise.resolve() as Promise<unknown>,
  listeners: [] as ((told: unknown) => void)[],
}));

vi.mock('../live.svelte', () => ({
  live: {
    follow: (listener: (told: unknown) => void) => {
      server.listeners.push(listener);
      return () => (server.listeners = server.listeners.filter((one) => one !== listener));
    },
  },
}));
vi.mock('../acts.svelte', () => ({ onSettled: () => () => undefined }));
vi.mock('../api', async (original) => {
  const real = await original<typeof import('../api')>();
  const GET = async (path: string, { params }: { params: { path: { id: string } } }) => {
    server.asked.push(path.includes('history') ? `history ${params.path.id}` : 'event');
    await server.gate;
    if (server.refuses) {
      const error = { type: `urn:ronde:problem:${server.refuses}` };
      return { error, response: new Response(null, { status: 404 }) };
    }
    const data = path.includes('history') ? { report: [], handling: [] } : server.event;
    return { data, response: new Response(null, { status: 200 }) };
  };
  return { ...real, api: { GET } };
});

const tell = (told: Told): void => server.listeners.forEach((listener) => listener(told));
const settle = (): Promise<void> => new Promise((done) => setTimeout(done));
let event: EventDetail;
let opened: Opened;

beforeEach(async () => {
  language.now = 'fr';
  event = anEvent([aReport(), aReport()]);
  Object.assign(server, { event, refuses: '', asked: [], listeners: [], gate: Promise.resolve() });
  opened = new Opened(event.id);
  opened.follow();
  await settle();
  server.asked = [];
});

describe('an opened event', () => {
  it('is read with the history of each of its reports', () => {
    expect(opened.event).toEqual(event);
    expect([...opened.histories.keys()]).toEqual(event.reports.map(({ id }) => id));
  });

  it('is read again when one of its reports changed, and only that report’s history', async () => {
    const [, second] = event.reports;
    tell({ kind: 'changed', reports: [second?.id ?? ''], events: [] });
    await settle();
    expect(server.asked).toEqual(['event', `history ${second?.id}`]);
  });

  it('is not read again for the events of others', async () => {
    tell({ kind: 'changed', reports: ['elsewhere'], events: [] });
    await settle();
    expect(server.asked).toEqual([]);
  });

  it('is read once more for everything told while it was being read', async () => {
    let open: (value?: unknown) => void = () => undefined;
    server.gate = new Promise((done) => (open = done));
    for (let times = 0; times < 5; times += 1) tell({ kind: 'changed', reports: [event.id], events: [] });
    open();
    await settle();
    expect(server.asked.filter((what) => what === 'event')).toHaveLength(2);
  });

  it('is read again with every history in the page’s language, also when it changes during a reading', async () => {
    const everything = ['event', ...event.reports.map(({ id }) => `history ${id}`)];
    opened.reword();
    await settle();
    expect(server.asked).toEqual([]);
    language.now = 'en';
    opened.reword();
    await settle();
    expect(server.asked).toEqual(everything);
    server.asked = [];
    let open: (value?: unknown) => void = () => undefined;
    server.gate = new Promise((done) => (open = done));
    tell({ kind: 'changed', reports: [event.id], events: [] });
    language.now = 'fr';
    opened.reword();
    open();
    await settle();
    expect(server.asked.slice(-3)).toEqual(everything);
  });

  it('is readable no more when it left this person’s scope, and comes back with it', async () => {
    server.refuses = 'not-found';
    tell({ kind: 'reset' });
    await settle();
    expect(opened.event).toBe(null);
    expect(opened.histories.size).toBe(0);
    expect(opened.gone).toBe(true);
    server.refuses = '';
    tell({ kind: 'reset' });
    await settle();
    expect(opened.event).toEqual(event);
    expect(opened.histories.size).toBe(2);
    expect(opened.gone).toBe(false);
  });

  it('is_away_when_it_was_never_there_and_not_when_it_cannot_be_read_again', async () => {
    server.refuses = 'not-found';
    const other = new Opened(event.id);
    const leave = other.follow();
    await settle();
    expect([other.isAway, other.gone]).toEqual([true, false]);
    server.refuses = '';
    tell({ kind: 'reset' });
    await settle();
    server.refuses = 'try-later';
    tell({ kind: 'reset' });
    await settle();
    expect(other.isAway).toBe(false);
    leave();
  });

  it('stays on screen with a sentence when it cannot be read again', async () => {
    server.refuses = 'try-later';
    tell({ kind: 'reset' });
    await settle();
    expect(opened.event).toEqual(event);
    expect(opened.gone).toBe(false);
    expect(opened.refusal?.sentence).not.toBe('');
  });

  it('listens no more once it is left', async () => {
    const other = new Opened(event.id);
    const leave = other.follow();
    await settle();
    leave();
    expect(server.listeners).toHaveLength(1);
  });
});
