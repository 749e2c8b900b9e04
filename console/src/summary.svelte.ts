// What is left to treat: figures of the server, read again a moment after something moved, and counted on by what
// this person holds.
import { api, got, refusalFrom, type Summary } from './api';
import { acts, onSettled, type HeldAct } from './acts.svelte';
import { live } from './live.svelte';

/** A burst of changes asks for the figures once. */
const CALM_MS = 400;

let figures = $state.raw<Summary | null>(null);
/** Events closed, less those opened again, that the figures do not count yet although the server has them. */
let ahead = $state(0);

const closes = ({ kind }: HeldAct): number => (kind === 'close' ? 1 : kind === 'reopen' ? -1 : 0);
let waiting: ReturnType<typeof setTimeout> | undefined;
/** The reading asked for last: one that it overtook says nothing. */
let latest = 0;

async function load(): Promise<void> {
  const [turn, known] = [++latest, ahead];
  try {
    const read = await got(api.GET('/v1/summary'));
    if (turn !== latest) return;
    figures = read;
    ahead -= known;
  } catch (thrown) {
    // The figures stay as they were; the banner says that the server is gone.
    refusalFrom(thrown);
  }
}

function soon(): void {
  clearTimeout(waiting);
  waiting = setTimeout(() => void load(), CALM_MS);
}

/** The figures, followed by whatever reads them in a component. */
export const summary = {
  get now(): Summary | null {
    const more = acts.held.reduce((sum, act) => sum + closes(act), ahead);
    if (!figures || more === 0) return figures;
    const { to_treat, treated_today } = figures;
    return { ...figures, to_treat: Math.max(0, to_treat - more), treated_today: Math.max(0, treated_today + more) };
  },
  /** Keeps them fresh. Gives back what ends it. */
  follow(): () => void {
    void load();
    const settled = onSettled((act) => {
      ahead += closes(act);
      soon();
    });
    const ends = [live.follow(soon), settled];
    return () => {
      clearTimeout(waiting);
      for (const end of ends) end();
    };
  },
};
