// Which divergence is the card, and what it shows: what somebody reads or types in stays under their hand
// whatever the server says, until they ask for something else. Changes when the card's turn is given otherwise.
import { isSame, type Standing } from './divergence';

export class Turn {
  #held = $state.raw<Standing | null>(null);
  /** Called for by its name: no finger is on its way to what stood there before. */
  #asked = $state<string | null>(null);
  readonly #open: () => Standing[];

  constructor(open: () => Standing[]) {
    this.#open = open;
  }

  /** As the server has it: the one that has its turn as long as it stands open, then the first that does. */
  get latest(): Standing | null {
    const open = this.#open();
    return open.find(({ id }) => id === this.#held?.id) ?? open[0] ?? null;
  }

  /** As it is on screen. */
  get shown(): Standing | null {
    return this.#held ?? this.latest;
  }

  get asked(): boolean {
    return this.#asked !== null && this.shown?.id === this.#asked;
  }

  /** The server's word comes on screen, unless somebody is `busy` with what it would replace. */
  keepUp(busy: boolean): void {
    const { latest } = this;
    const held = this.#held;
    if (busy && held && !(latest?.id === held.id && isSame(latest.divergence, held.divergence))) return;
    if (latest?.id !== held?.id && latest?.id !== this.#asked) this.#asked = null;
    this.#held = latest;
  }

  /** Somebody wants to see what is newer. */
  renew(): void {
    this.keepUp(false);
  }

  /** Somebody calls for one by its name. */
  call(id: string): void {
    this.#give(id);
    this.#asked = id;
  }

  /** It is there again, because its decision was taken back. */
  comeBack(id: string): void {
    this.#give(id);
  }

  /** The card's decision was given: the next one follows. */
  pass(): void {
    this.#held = null;
    this.#asked = null;
  }

  #give(id: string): void {
    this.#held = this.#open().find((one) => one.id === id) ?? null;
    this.#asked = null;
  }
}
