// Where the events of the filters are, kept fresh by the live stream. Refuses to know lines and drawing.
// Changes with what the server gives.
import { api, got, refusalFrom, type Refusal } from '../api';
import { asked, type Filters } from '../boite/filters';
import { present } from '../clock.svelte';
import type { Point } from './points';

/** A burst of changes reads the points once. */
const CALM_MS = 300;

export class Places {
  points = $state.raw<readonly Point[]>([]);
  /** Events without position. */
  without = $state(0);
  /** Why nothing could be read; null when it was. */
  failed = $state.raw<Refusal | null>(null);

  #filters: Filters | null = null;
  #turn = 0;
  #calm: ReturnType<typeof setTimeout> | undefined;

  /** Shows what is asked for. */
  async show(filters: Filters): Promise<void> {
    this.#filters = filters;
    const turn = ++this.#turn;
    try {
      const found = await got(api.GET('/v1/points', { params: { query: asked(filters, present()) } }));
      if (turn !== this.#turn) return;
      // The description has no tuples: it calls a point an array of anything.
      this.points = found.points as unknown as Point[];
      this.without = found.without_place;
      this.failed = null;
    } catch (thrown) {
      if (turn === this.#turn) this.failed = refusalFrom(thrown);
    }
  }

  /** Something changed at the server: reads again, a moment later. */
  hear(): void {
    clearTimeout(this.#calm);
    this.#calm = setTimeout(() => void (this.#filters && this.show(this.#filters)), CALM_MS);
  }

  end(): void {
    clearTimeout(this.#calm);
    this.#turn += 1;
  }
}
