// Which dialog asks for what an act needs (to whom, why, which question). One at a time, over any screen.
import type { EventLine } from '../api';

/** An act that needs words first. */
export type Asking = 'assign' | 'close' | 'question';

/** What is asked, of which event, and what follows once it is given. */
interface Asked {
  what: Asking;
  line: EventLine;
  ongiven: (() => void) | undefined;
}

let open = $state.raw<Asked | null>(null);

/** What is being asked. */
export const asking = {
  get now(): Asked | null {
    return open;
  },
};

/** Opens the dialog of an act on an event. `ongiven`: the act was given, not given up. */
export function askFor(what: Asking, line: EventLine, ongiven?: () => void): void {
  open = { what, line, ongiven };
}

/** Closes it. */
export function askNothing(): void {
  open = null;
}
