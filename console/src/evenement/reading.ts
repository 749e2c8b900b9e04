// The time a person needs to see that a key has come to mean something else: the finger was on its way to what
// stood there before. Changes when that time does.

/** A key waits this long after what it does changed, ms. */
export const READ_MS = 700;

/** What a key is about, and since when. */
export class Reading {
  #mark: string | null = null;
  #sinceMs = -Infinity;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** The key is about this now. `asked`: a person called for it, and knows. */
  shows(mark: string, asked = false): void {
    if (mark === this.#mark) return;
    this.#sinceMs = asked ? -Infinity : this.nowMs();
    this.#mark = mark;
  }

  /** Whoever presses the key has had the time to read what it is about. */
  get isRead(): boolean {
    return this.nowMs() - this.#sinceMs >= READ_MS;
  }
}
