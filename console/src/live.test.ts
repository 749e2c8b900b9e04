import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Live, RETRY_MS, UNSEEN_MS, type Open, type Told } from './live.svelte';
import { session } from './session.svelte';

/** A server whose streams the test writes to. */
class Server {
  streams: { lastId: string | null; signal: AbortSignal; say(text: string): void; cut(): void }[] = [];
  up = true;
  status = 200;

  open: Open = (lastId, signal) => {
    if (!this.up) return Promise.reject(new TypeError('refused'));
    if (this.status !== 200) return Promise.resolve(new Response(null, { status: this.status }));
    let control!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (given) => void (control = given) });
    signal.addEventListener('abort', () => control.error(new Error('aborted')));
    const bytes = new TextEncoder();
    this.streams.push({ lastId, signal, say: (text) => control.enqueue(bytes.encode(text)), cut: () => control.close() });
    return Promise.resolve(new Response(body));
  };

  get last() {
    const stream = this.streams.at(-1);
    if (!stream) throw new Error('nobody listens');
    return stream;
  }
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** The page is hidden, or shown. */
function look(visibilityState: 'hidden' | 'visible'): void {
  Object.assign(document, { visibilityState });
  document.dispatchEvent(new Event('visibilitychange'));
}

let server: Server;
let live: Live;
let told: Told[];

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
  server = new Server();
  live = new Live(server.open);
  told = [];
  live.follow((one) => told.push(one));
  live.start();
  await pass(0);
  server.last.say('id: h:4\nevent: hello\ndata: {"seq":4}\n\n');
  await pass(0);
});
afterEach(() => {
  live.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the live stream', () => {
  it('tells_what_changed_however_the_bytes_are_cut', async () => {
    expect(live.state).toBe('on');
    for (const piece of ['id: h:5\nevent: chan', 'ged\ndata: {"reports":["a"],', '"events":[]}\n', '\n']) {
      server.last.say(piece);
      await pass(0);
    }
    expect(told).toEqual([{ kind: 'changed', reports: ['a'], events: [] }]);
  });

  it('stays_on_while_the_server_beats', async () => {
    for (let beats = 0; beats < 20; beats += 1) {
      await pass(2_000);
      server.last.say('event: beat\ndata: {}\n\n');
      await pass(0);
      expect(live.state).toBe('on');
    }
    expect(server.streams).toHaveLength(1);
  });

  it('says_within_five_seconds_that_a_silent_server_is_gone', async () => {
    await pass(4_000);
    expect(live.state).toBe('on');
    await pass(1_000);
    expect(live.state).toBe('stopped');
    expect(live.nextTryMs).not.toBeNull();
  });

  it('goes_on_where_it_was_without_a_word_when_the_server_was_only_restarted', async () => {
    server.last.cut();
    await pass(300);
    expect(live.state).not.toBe('stopped');
    expect(server.last.lastId).toBe('h:4');
    server.last.say('id: h:4\nevent: hello\ndata: {"seq":4}\n\n');
    await pass(0);
    expect(live.state).toBe('on');
    expect(told).toEqual([]);
  });

  it('heals_alone_and_resumes_after_a_long_absence', async () => {
    server.up = false;
    server.last.cut();
    await pass(1_000);
    expect(live.state).toBe('stopped');
    await pass(RETRY_MS * 3);
    expect(live.state).toBe('stopped');
    server.up = true;
    await pass(RETRY_MS);
    expect(server.last.lastId).toBe('h:4');
    server.last.say('id: h:9\nevent: hello\ndata: {"seq":4}\n\nid: h:9\nevent: gone\ndata: {"reports":["b"]}\n\n');
    await pass(0);
    expect(live.state).toBe('on');
    expect(told).toEqual([{ kind: 'gone', reports: ['b'] }]);
  });

  it('tries_again_when_the_server_takes_the_call_and_says_nothing', async () => {
    await pass(5_000 + RETRY_MS);
    expect(server.streams).toHaveLength(2);
    await pass(5_000 + 2 * RETRY_MS);
    expect(server.streams.length).toBeGreaterThan(2);
    expect(server.streams.slice(0, -1).every((stream) => stream.signal.aborted)).toBe(true);
  });

  it('stops_asking_when_the_session_is_over', async () => {
    server.last.say('event: signed_out\ndata: {}\n\n');
    await pass(60_000);
    expect(server.streams).toHaveLength(1);
    expect(session.standing).toBe('none');
  });

  it('stops_asking_when_it_is_refused_for_want_of_a_session', async () => {
    server.status = 401;
    server.last.cut();
    await pass(60_000);
    expect(server.streams).toHaveLength(1);
  });

  it('passes_on_that_everything_is_to_be_read_again', async () => {
    server.last.say('id: x:1\nevent: reset\ndata: {}\n\n');
    await pass(0);
    expect(told).toEqual([{ kind: 'reset' }]);
  });

  it('is_given_up_by_a_page_that_stays_hidden_and_goes_on_where_it_was_without_a_word', async () => {
    look('hidden');
    for (let ms = 0; ms < UNSEEN_MS; ms += 2_000) {
      expect(server.last.signal.aborted).toBe(false);
      server.last.say('event: beat\ndata: {}\n\n');
      await pass(2_000);
    }
    expect(server.last.signal.aborted).toBe(true);
    await pass(10 * 60_000);
    expect(server.streams).toHaveLength(1);
    expect(live.state).not.toBe('stopped');
    look('visible');
    await pass(600);
    expect(server.streams).toHaveLength(2);
    expect(server.last.lastId).toBe('h:4');
    expect(live.state).toBe('connecting');
    server.last.say('id: h:9\nevent: hello\ndata: {"seq":9}\n\nid: h:9\nevent: gone\ndata: {"reports":["b"]}\n\n');
    await pass(0);
    expect(live.state).toBe('on');
    expect(told).toEqual([{ kind: 'gone', reports: ['b'] }]);
  });

  it('is_kept_by_a_page_that_is_hidden_for_a_moment', async () => {
    look('hidden');
    for (let beats = 0; beats < 4; beats += 1) {
      await pass(2_000);
      server.last.say('event: beat\ndata: {}\n\n');
    }
    look('visible');
    for (let beats = 0; beats < 10; beats += 1) {
      await pass(2_000);
      server.last.say('event: beat\ndata: {}\n\n');
    }
    expect(server.streams).toHaveLength(1);
    expect(live.state).toBe('on');
  });

  it('says_that_the_server_is_gone_when_it_went_while_the_page_was_hidden', async () => {
    look('hidden');
    await pass(UNSEEN_MS + 60_000);
    server.up = false;
    look('visible');
    await pass(100);
    expect(live.state).toBe('stopped');
    expect(live.nextTryMs).not.toBeNull();
  });

  it('stays_silent_when_it_was_ended_while_the_page_was_hidden', async () => {
    look('hidden');
    live.stop();
    await pass(60_000);
    look('visible');
    await pass(60_000);
    expect(server.streams).toHaveLength(1);
  });
});
