// The events on screen: read page by page, changed in place by the stream, new ones waiting.
// Refuses to know rows and pixels. Changes when the inbox is read otherwise.
import { shownLine } from '../acts.svelte';
import { api, got, refusalFrom, type EventLine, type EventPage, type Refusal } from '../api';
import { present } from '../clock.svelte';
import type { Told } from '../live.svelte';
import { countsOf } from './counts';
import { asked, type Asked, type Filters, usual, write } from './filters';
import { language } from '../words';
import { belongs, hasState, putIn, takeIn } from './merging';

/** Lines of a page. */
const PAGE = 60;
/** After changes, the counts are read again this much later. */
const CALM_MS = 500;

/** Reads a page of events. A test gives its own. */
export type ReadPage = (query: Asked & { after?: string; limit: number }) => Promise<EventPage>;

const readPage: ReadPage = (query) => got(api.GET('/v1/events', { params: { query } }));

export class Inbox {
  /** Events in the order of the list, as far as they were read. */
  items = $state.raw<EventLine[]>([]);
  /** New events that nobody asked to see yet. */
  waiting = $state.raw<EventLine[]>([]);
  /** Events that the person no longer reads: their rows say so and nothing else. */
  gone = $state.raw<ReadonlySet<string>>(new Set());
  /** How many events the filters find. */
  total = $state(0);
  /** How many of each severity, 1 to 5. */
  bySeverity = $state.raw<number[]>([0, 0, 0, 0, 0]);
  /** Why the last reading gave nothing. */
  failed = $state.raw<Refusal | null>(null);
  /** A first page was read for these filters. */
  ready = $state(false);
  /** More pages follow. */
  hasMore = $state(false);
  /** The filters that the events on screen answer, as the address writes them. */
  shown = $state('');

  /** Counts that agree with the rows on screen. */
  counts = $derived(countsOf(this.items, this, shownLine, (line) => this.standsFor(line)));

  #filters: Filters = { ...usual };
  #next: string | null = null;
  #reading = false;
  #more: Promise<void> | null = null;
  #spoken = language.now;
  #turn = 0;
  /** Told while a page is read: the page may be older than that. */
  #meanwhile: Told[] = [];
  #sinceMs = 0;
  #calm: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly read: ReadPage = readPage) {}

  /** Shows what is asked for, in the page's language; nothing is read again when it is shown already, unless `anew`. */
  async show(filters: Filters, anew = false): Promise<void> {
    const same = write(filters) === write(this.#filters) && language.now === this.#spoken;
    if ((this.ready || this.#reading) && same && !anew) return;
    this.#filters = { ...filters };
    await this.reload();
  }

  /** Reads the first page anew; what is on screen stays until it is there. */
  async reload(): Promise<void> {
    const turn = ++this.#turn;
    const asking = write(this.#filters);
    this.#spoken = language.now;
    this.#sinceMs = present();
    this.#reading = true;
    this.#meanwhile = [];
    try {
      const page = await this.read({ ...asked(this.#filters, this.#sinceMs), limit: PAGE });
      if (turn !== this.#turn) return;
      this.items = page.items;
      this.waiting = [];
      this.gone = new Set();
      this.#take(page);
      this.shown = asking;
      this.ready = true;
      this.failed = null;
      this.#replay();
    } catch (thrown) {
      if (turn === this.#turn) this.failed = refusalFrom(thrown);
    } finally {
      if (turn === this.#turn) this.#reading = false;
    }
  }

  /** Reads the next page, if there is one; whoever asks meanwhile waits for the same. */
  async more(): Promise<void> {
    if (this.#more) return this.#more;
    if (this.#reading || !this.#next) return;
    this.#more = this.#readMore(this.#next).finally(() => (this.#more = null));
    return this.#more;
  }

  async #readMore(after: string): Promise<void> {
    const turn = this.#turn;
    this.#reading = true;
    this.#meanwhile = [];
    try {
      const page = await this.read({ ...asked(this.#filters, this.#sinceMs), after, limit: PAGE });
      if (turn !== this.#turn) return;
      const known = new Set(this.items.map((line) => line.id));
      this.items = [...this.items, ...page.items.filter((line) => !known.has(line.id))];
      const read = new Set(page.items.map((line) => line.id));
      this.waiting = this.waiting.filter((line) => !read.has(line.id));
      this.#take(page);
      this.failed = null;
      this.#replay();
    } catch (thrown) {
      if (turn === this.#turn) this.failed = refusalFrom(thrown);
    } finally {
      if (turn === this.#turn) this.#reading = false;
    }
  }

  /** Takes in what the stream tells. */
  hear(told: Told): void {
    // Nobody asked for the list yet: its first reading tells everything.
    if (this.#turn === 0) return;
    if (told.kind === 'reset') {
      void this.reload();
      return;
    }
    if (this.#reading) this.#meanwhile.push(told);
    this.#takeIn(told);
    this.#recount();
  }

  #takeIn(told: Exclude<Told, { kind: 'reset' }>): void {
    if (told.kind === 'gone') {
      this.gone = new Set([...this.gone, ...told.reports]);
      this.waiting = this.waiting.filter((line) => !this.isGone(line));
    } else {
      let list = { items: this.items, waiting: this.waiting };
      const back = new Set(told.events.flatMap(({ line }) => line.members));
      this.gone = new Set([...this.gone].filter((id) => !back.has(id)));
      for (const { line } of told.events) this.#count(line);
      for (const { line } of told.events) list = takeIn(list, line, this.#mayJoin(line), this.gone);
      this.items = list.items;
      this.waiting = list.waiting;
      // Nothing on screen that could move: there is nothing to wait for.
      if (this.items.length === 0) this.showWaiting();
    }
  }

  #replay(): void {
    const told = this.#meanwhile;
    this.#meanwhile = [];
    for (const one of told) if (one.kind !== 'reset') this.#takeIn(one);
  }

  /**
   * Puts what waits into the list, and takes out what was decided since and is no longer asked for: a person
   * asked for a newer list. Gives back the first event put.
   */
  showWaiting(): EventLine | null {
    const standing = this.items.filter((line) => this.standsFor(line));
    const { items, first } = putIn({ items: standing, waiting: this.waiting }, this.#filters.order, this.hasMore);
    this.items = items;
    this.waiting = [];
    return first;
  }

  /** Puts one event that waits into the list: the person looks at it already. */
  admit(id: string): void {
    const its = this.waiting.filter(({ members }) => members.includes(id));
    if (its.length === 0) return;
    this.items = putIn({ items: this.items, waiting: its }, this.#filters.order, this.hasMore).items;
    this.waiting = this.waiting.filter((line) => !its.includes(line));
  }

  /** The place of an event in the list, by any of its reports; -1 when it is not there. */
  placeOf(id: string): number {
    return this.items.findIndex((line) => line.id === id || line.members.includes(id));
  }

  /** The event has a state that is asked for: it will be there at the next reading. */
  standsFor(line: EventLine): boolean {
    return hasState(line, this.#filters);
  }

  /** The event's leading report, which the line speaks of, or all of its reports may not be read any more. */
  isGone(line: EventLine): boolean {
    return this.gone.has(line.id) || (this.gone.size > 0 && line.members.every((id) => this.gone.has(id)));
  }

  #take(page: EventPage): void {
    this.#next = page.next ?? null;
    this.hasMore = this.#next !== null;
    this.total = page.total;
    this.bySeverity = page.by_severity;
  }

  #mayJoin(line: EventLine): boolean {
    // A searched text is the server's to judge: its answer comes with the next reading.
    if (!this.ready || this.#filters.text.trim() || !belongs(line, this.#filters, present())) return false;
    const last = this.items.at(-1);
    if (!last || !this.hasMore) return true;
    return this.#filters.order === 'newest' ? line.newest_ms > last.newest_ms : line.severity >= last.severity;
  }

  /** An event of the list is asked for no more, or is again: counted at once, and by the server a moment later. */
  #count(line: EventLine): void {
    const before = this.items[this.placeOf(line.id)];
    const more = Number(this.standsFor(line)) - Number(before ? this.standsFor(before) : this.standsFor(line));
    if (!before || more === 0) return;
    this.total = Math.max(0, this.total + more);
    this.bySeverity = this.bySeverity.map((count, at) => (at === line.severity - 1 ? Math.max(0, count + more) : count));
  }

  #recount(): void {
    clearTimeout(this.#calm);
    this.#calm = setTimeout(() => {
      const turn = this.#turn;
      this.read({ ...asked(this.#filters, this.#sinceMs), limit: 1 })
        .then((page) => {
          if (turn !== this.#turn) return;
          this.total = page.total;
          this.bySeverity = page.by_severity;
        })
        .catch((thrown: unknown) => {
          if (turn === this.#turn) this.failed = refusalFrom(thrown);
        });
    }, CALM_MS);
  }
}

/** The page's inbox. */
export const inbox = new Inbox();
