// The server's live stream: server-sent events read through fetch, because an EventSource can neither name
// the page's language nor say why it was refused. Notices silence, says it, heals alone and goes on where
// it was; a page nobody sees leaves its connection to others. Refuses to know what the events change.
// Changes when the stream says more.
import { createParser } from 'eventsource-parser';
import type { EventLine } from './api';
import { present } from './clock.svelte';
import { over, session } from './session.svelte';
import { language } from './words';

/** What the stream tells. */
export type Told =
  | { kind: 'changed'; reports: string[]; events: { id: string; line: EventLine; first: boolean }[] }
  | { kind: 'gone'; reports: string[] }
  | { kind: 'reset' };

/** `stopped`: what is on screen may be old. */
export type LiveState = 'connecting' | 'on' | 'stopped';

/** Silence that is too long: the server beats every 2 s. */
export const SILENCE_MS = 4_500;
/** Between two tries. */
export const RETRY_MS = 5_000;
/** A page hidden for longer gives its stream up: a browser has 6 connections to one server for all its tabs. */
export const UNSEEN_MS = 10_000;
/** A stream that just ended is opened again this soon, before anybody is told. */
const AT_ONCE_MS = 250;

/** Opens the stream. A test gives its own. */
export type Open = (lastId: string | null, signal: AbortSignal) => Promise<Response>;

const openStream: Open = (lastId, signal) => {
  const headers: Record<string, string> = { Accept: 'text/event-stream', 'Accept-Language': language.now };
  if (lastId) headers['Last-Event-ID'] = lastId;
  if (session.me) headers['Ronde-Agent'] = session.me.agent;
  return fetch('/v1/live', { headers, signal, cache: 'no-store' });
};

const isHidden = (): boolean => globalThis.document?.visibilityState === 'hidden';

export class Live {
  /** Whether the page follows the server. */
  state = $state<LiveState>('connecting');
  /** The first try is over, either way: what is read from now on misses nothing that the stream tells. */
  settled = $state(false);
  /** When the server was last heard, ms since 1970 UTC. */
  heardMs = $state(present());
  /** When the next try is made; null while one is under way. */
  nextTryMs = $state<number | null>(null);

  #listeners = new Set<(told: Told) => void>();
  #lastId: string | null = null;
  #stream: AbortController | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #unseen: ReturnType<typeof setTimeout> | undefined;
  /** Between `start` and `stop`, resting or not. */
  #following = false;
  /** The server was heard once. */
  #begun = false;
  #triedMs = 0;

  constructor(private readonly open: Open = openStream) {}

  /** Calls back for everything told from now on. Gives back what ends it. */
  follow(listener: (told: Told) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins to follow; again after `stop`. */
  start(): void {
    if (this.#following) return;
    this.#following = true;
    this.heardMs = present();
    globalThis.document?.addEventListener('visibilitychange', this.#seen);
    this.#go();
    // Nothing of the state is read here: whoever starts in an effect does not depend on it.
    if (isHidden()) this.#seen();
  }

  /** Ends following: signed out, or the page's language changed. */
  stop(): void {
    this.#following = false;
    globalThis.document?.removeEventListener('visibilitychange', this.#seen);
    clearTimeout(this.#unseen);
    this.#rest();
    this.state = 'connecting';
  }

  /** Tries now instead of at `nextTryMs`. */
  tryNow(): void {
    clearTimeout(this.#retry);
    void this.#connect();
  }

  /** Hidden, or shown again. */
  #seen = (): void => {
    clearTimeout(this.#unseen);
    if (isHidden()) {
      this.#unseen = setTimeout(() => this.#rest(), UNSEEN_MS);
    } else if (!this.#watch) {
      // It goes on where it was: nothing was missed, and nobody is told that it rested.
      if (this.state === 'on') this.state = 'connecting';
      this.#go();
    }
  };

  #go(): void {
    if (this.#watch) return;
    this.#watch = setInterval(() => this.#look(), 500);
    void this.#connect();
  }

  #rest(): void {
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    this.#watch = undefined;
    this.#stream?.abort();
    this.#stream = null;
  }

  async #connect(): Promise<void> {
    this.#stream?.abort();
    const stream = new AbortController();
    this.#stream = stream;
    this.nextTryMs = null;
    this.#triedMs = present();
    let opened = false;
    try {
      const response = await this.open(this.#lastId, stream.signal);
      if (response.status === 401) return this.#signedOut();
      if (!response.ok || !response.body) throw new Error(`live stream refused: ${response.status}`);
      opened = true;
      await this.#read(response.body, stream);
    } catch {
      // Whatever went wrong, the answer is the same: say it and try again.
    }
    if (this.#stream !== stream || stream.signal.aborted) return;
    this.#fail(opened && this.state === 'on');
  }

  async #read(body: ReadableStream<Uint8Array>, stream: AbortController): Promise<void> {
    const parser = createParser({
      onEvent: ({ id, event, data }) => {
        if (stream.signal.aborted) return;
        if (id) this.#lastId = id;
        this.#hear(event ?? '', data);
      },
      maxBufferSize: 16 * 1024 * 1024,
    });
    const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(value);
    }
  }

  #hear(kind: string, data: string): void {
    this.heardMs = present();
    if (kind === 'signed_out') return this.#signedOut();
    if (this.state !== 'on') {
      this.state = 'on';
      this.settled = true;
      // Without a place to go on from, something may have been missed.
      if (kind === 'hello' && this.#begun && !this.#lastId) this.#tell({ kind: 'reset' });
      this.#begun = true;
    }
    if (kind === 'reset') this.#tell({ kind });
    if (kind === 'changed' || kind === 'gone') this.#tell({ kind, ...JSON.parse(data) } as Told);
  }

  #tell(told: Told): void {
    for (const listener of this.#listeners) listener(told);
  }

  #signedOut(): void {
    this.stop();
    this.state = 'stopped';
    over();
  }

  #look(): void {
    if (this.nextTryMs !== null) return;
    // A server that takes the call has as long to say something as one that goes silent.
    if (present() - Math.max(this.heardMs, this.#triedMs) > SILENCE_MS) this.#fail(false);
  }

  #fail(atOnce: boolean): void {
    this.#stream?.abort();
    this.#stream = null;
    clearTimeout(this.#retry);
    this.state = atOnce ? 'connecting' : 'stopped';
    if (!atOnce) this.settled = true;
    const wait = atOnce ? AT_ONCE_MS : RETRY_MS;
    this.nextTryMs = present() + wait;
    this.#retry = setTimeout(() => void this.#connect(), wait);
  }
}

/** The page's stream. */
export const live = new Live();

/** Whether the person may act, by their role. With a session that is over an act waits for the next one. */
export function mayAct(right: keyof NonNullable<typeof session.me>['rights']): boolean {
  return session.me?.rights[right] ?? false;
}

