// Going on to the next event after an act, and back to it when the act is taken back. Changes when what comes
// next does.
import { shownLine, type HeldAct } from '../acts.svelte';
import type { EventLine } from '../api';
import { nextPlace } from './deciding';
import type { Inbox } from './inbox.svelte';
import { later } from './later.svelte';

interface Gone {
  from: EventLine;
  to: string;
}

export class Advance {
  /** Nothing follows the event that was decided: said until the person goes elsewhere. */
  atEnd = $state(false);

  #gone: Gone[] = [];
  #turn = 0;

  constructor(
    private readonly list: Inbox,
    private readonly show: (line: EventLine) => void,
  ) {}

  /** Shows the event that follows in the list; pages are read for it when the list has more. */
  async next(from: EventLine): Promise<void> {
    if (this.list.placeOf(from.id) < 0) return;
    const turn = ++this.#turn;
    let to = this.#after(from);
    while (!to && this.list.hasMore) {
      const before = this.list.items.length;
      await this.list.more();
      if (turn !== this.#turn) return;
      if (this.list.items.length === before) break;
      to = this.#after(from);
    }
    this.atEnd = !to;
    if (!to) return;
    this.#gone.push({ from, to: to.id });
    this.show(to);
  }

  /** The person went elsewhere by hand. */
  moved(): void {
    this.#turn += 1;
    this.#gone = [];
    this.atEnd = false;
  }

  /** An act was taken back while `here` is shown: goes back to its event, if it was left for this one. */
  takenBack(act: HeldAct, here: string): void {
    this.atEnd = false;
    const at = this.#gone.findLastIndex(({ from }) => from.members.some((id) => act.reports.includes(id)));
    const left = this.#gone[at];
    if (!left || left.to !== here) return;
    this.#turn += 1;
    this.#gone = this.#gone.slice(0, at);
    this.show(left.from);
  }

  #after(from: EventLine): EventLine | undefined {
    const { items } = this.list;
    const worth = (line: EventLine): boolean =>
      !later.has(line.id) && !this.list.isGone(line) && this.list.standsFor(shownLine(line));
    return items[nextPlace(items, this.list.placeOf(from.id), worth)];
  }
}
