// One event as the page holds it: read from the server, read again when something of it changed, with the
// history of each of its reports. What is shown stays until something newer is there. Changes when the
// page needs another reading of the server.
import { onSettled } from '../acts.svelte';
import { api, got, refusalFrom, type EventDetail, type Refusal, type Report } from '../api';
import { live, type Told } from '../live.svelte';
import { language, type Language } from '../words';
import { beginReading, keepCount } from './readings';
import type { History } from './timeline';

/** Histories read of one event at most; the others are said to be left out. */
export const MOST_HISTORIES = 30;
const AT_ONCE = 4;

export class Opened {
  /** Null until it is read. */
  event = $state.raw<EventDetail | null>(null);
  /** Why the last reading failed; null when it did not. */
  refusal = $state.raw<Refusal | null>(null);
  /** The histories read, by report. */
  histories = $state.raw<ReadonlyMap<string, History>>(new Map());
  /** Why histories could not be read. */
  historyRefusal = $state.raw<Refusal | null>(null);
  /** It left this person's sight. */
  gone = $state(false);
  /** Nothing can be done to it here: it left, or was never there. */
  get isAway(): boolean {
    return this.event === null && this.refusal?.code === 'not-found';
  }

  #loading = false;
  #again = false;
  /** The language of the last reading. */
  #asked: Language | null = null;
  /** Reports, with the language, as their history was last read for. */
  #readFor = new Map<string, string>();
  #ended = false;

  constructor(readonly id: string) {}

  /** Reads the event and follows it. Gives back what ends it. */
  follow(): () => void {
    void this.load();
    const ends = [
      live.follow((told) => this.#hear(told)),
      onSettled((act) => {
        if (this.#concerns(act.reports)) void this.load();
      }),
    ];
    return () => {
      this.#ended = true;
      for (const end of ends) end();
    };
  }

  /** Reads it again; one reading at a time, and one more when something was told meanwhile. */
  async load(): Promise<void> {
    if (this.#loading) {
      this.#again = true;
      return;
    }
    this.#loading = true;
    do {
      this.#again = false;
      await this.#read();
    } while (this.#again && !this.#ended);
    this.#loading = false;
  }

  /** The page's language may have changed: the words of the event and its histories are the server's. */
  reword(): void {
    if (this.#asked !== null && this.#asked !== language.now) void this.load();
  }

  async #read(): Promise<void> {
    const tongue = (this.#asked = language.now);
    const count = beginReading();
    try {
      const event = await got(api.GET('/v1/events/{id}', { params: { path: { id: this.id } } }));
      if (this.#ended) return;
      keepCount(event, count);
      this.event = event;
      this.refusal = null;
      this.gone = false;
      await this.#readHistories(event.reports.slice(0, MOST_HISTORIES), tongue);
    } catch (thrown) {
      const refusal = refusalFrom(thrown);
      if (refusal.code === 'not-found') {
        this.gone = this.gone || this.event !== null;
        // What left this person's scope does not stay readable.
        this.event = null;
        this.histories = new Map();
        this.#readFor.clear();
      }
      this.refusal = refusal;
    }
  }

  async #readHistories(reports: Report[], tongue: Language): Promise<void> {
    const mark = (report: Report): string => tongue + JSON.stringify(report);
    const wanted = reports.filter((report) => this.#readFor.get(report.id) !== mark(report));
    const read = new Map(this.histories);
    try {
      for (let from = 0; from < wanted.length; from += AT_ONCE) {
        const some = wanted.slice(from, from + AT_ONCE);
        const found = await Promise.all(some.map((report) => historyOf(report.id)));
        some.forEach((report, at) => {
          const history = found[at];
          if (history) read.set(report.id, history);
          this.#readFor.set(report.id, mark(report));
        });
      }
      this.historyRefusal = null;
    } catch (thrown) {
      this.historyRefusal = refusalFrom(thrown);
    }
    if (!this.#ended) this.histories = read;
  }

  #concerns(reports: readonly string[]): boolean {
    const watched = [this.id, ...(this.event?.line.members ?? []), ...(this.event?.suggestions ?? []).map((s) => s.line.id)];
    return reports.some((id) => watched.includes(id));
  }

  #hear(told: Told): void {
    if (told.kind === 'reset') {
      this.#readFor.clear();
      void this.load();
    } else {
      const named = told.kind === 'changed' ? told.events.flatMap(({ line }) => line.members) : [];
      if (!this.#concerns([...told.reports, ...named])) return;
      for (const id of told.reports) this.#readFor.delete(id);
      void this.load();
    }
  }
}

function historyOf(id: string): Promise<History> {
  return got(api.GET('/v1/reports/{id}/history', { params: { path: { id } } }));
}
