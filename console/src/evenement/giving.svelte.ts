// Which divergences of an event are decided by this person and not read back yet: held, refused and not
// read, or accepted and still shown as before. Changes when a decision is held otherwise.
import { acts, onSettled, type HeldAct, type HeldDecision } from '../acts.svelte';
import type { Standing } from './divergence';

const isDecision = (act: HeldAct): act is HeldDecision => act.kind === 'decide';

/** The act is about this divergence. */
export const isAbout = ({ body, reports }: HeldDecision, { report, divergence }: Standing): boolean =>
  body.key === divergence.key && reports.includes(report.id);

export class Giving {
  /** Accepted: they cover what is on screen until the event is read again. */
  #accepted = $state.raw<HeldDecision[]>([]);

  /** Follows what the server accepts. Gives back what ends it. */
  follow(ontell: (act: HeldDecision) => void): () => void {
    return onSettled((act) => {
      if (!isDecision(act)) return;
      this.#accepted = [...this.#accepted, act];
      ontell(act);
    });
  }

  /** This person's decision on a divergence that has not left, or was refused and not read. */
  on(standing: Standing): HeldDecision | undefined {
    return [...acts.held, ...acts.back]
      .filter(isDecision)
      .find((act) => act.state !== 'told' && isAbout(act, standing));
  }

  /** There is nothing to decide here for now. */
  covers(standing: Standing): boolean {
    if (this.on(standing)) return true;
    const { saw, saw_decisions } = standing.divergence;
    const asNow = JSON.stringify([saw, saw_decisions]);
    return this.#accepted.some(
      (act) => isAbout(act, standing) && JSON.stringify([act.body.saw, act.body.saw_decisions ?? []]) === asNow,
    );
  }
}
