// What the server accepted, and the page shows as before until it has read the event again. Changes when the
// page learns otherwise what became of its acts.
import { onSettled, type HeldAct } from '../acts.svelte';
import type { EventDetail } from '../api';
import { countOf, readingsBegun } from './readings';

export class Settled {
  #acts = $state.raw<{ act: HeldAct; after: number }[]>([]);

  /** Follows what the server accepts and `concerns` tells. Gives back what ends it. */
  follow(concerns: (act: HeldAct) => boolean, ontell: (act: HeldAct) => void): () => void {
    return onSettled((act) => {
      if (!concerns(act)) return;
      this.#acts = [...this.#acts, { act, after: readingsBegun() }];
      ontell(act);
    });
  }

  /** Those that the event, as it was read, may not show yet: its reading had begun. */
  unseenIn(event: EventDetail): HeldAct[] {
    const read = countOf(event);
    return this.#acts.filter(({ after }) => read <= after).map(({ act }) => act);
  }
}
