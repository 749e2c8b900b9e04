// Saying that two reports are one event, or no longer: leaves at once, and is taken back by saying the
// contrary. Changes when linking does.
import { api, got, refusalFrom, type EventDetail } from '../api';
import type { Opened } from './opened.svelte';

export class Linking {
  /** A link is on its way. */
  sending = $state(false);
  /** Why the last one was refused; empty when it was not. */
  refused = $state('');
  /** What was done, for a person. */
  told = $state('');

  /** Says it of each pair, then reads the event again. */
  async say(pairs: readonly [string, string][], linked: boolean, done: string, opened: Opened): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    this.refused = this.told = '';
    try {
      for (const [id, other] of pairs) {
        await got(api.POST('/v1/reports/{id}/links', { params: { path: { id } }, body: { other, linked } }));
      }
      this.told = done;
    } catch (thrown) {
      this.refused = refusalFrom(thrown).sentence;
    } finally {
      this.sending = false;
    }
    await opened.load();
  }
}

/** The links that hold a report in its event. */
export function linksOf(event: EventDetail, id: string): [string, string][] {
  const holds = (one: string, other: string): boolean =>
    event.reports.find((report) => report.id === one)?.lifecycle.linked.includes(other) ?? false;
  return event.line.members
    .filter((other) => other !== id && (holds(id, other) || holds(other, id)))
    .map((other) => [id, other]);
}
