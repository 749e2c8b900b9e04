// What can be held for 10 s. Changes when another act can be.

interface OnEvent {
  /** Every report the act is for: the members of the event. */
  reports: string[];
  /** The event's title, for the sentence of the undo bar. */
  title: string;
}

/** An act on an event that can be taken back. */
export type Act = OnEvent &
  (
    | { kind: 'read' }
    | { kind: 'assign'; to: string; /** The person takes it: `to` is their own name. */ mine?: boolean }
    | { kind: 'close'; reason: string }
    | { kind: 'reopen'; reason: string }
    | { kind: 'comment'; text: string }
  );

/** An act in the queue. */
export type HeldAct = Act & {
  key: string;
  /** `held`: can be taken back, or waits for the server. `leaving`: on its way. `refused`: see `why`. */
  state: 'held' | 'leaving' | 'refused';
  /** When it leaves, ms since 1970 UTC. */
  leavesMs: number;
  /** The reports it was accepted for. */
  done: string[];
  /** Why the server refused it, for a person. */
  why?: string;
};
