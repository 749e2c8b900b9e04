// What can be held for 10 s. Changes when another act can be.

interface OnEvent {
  /** Every report the act is for: the members of the event. */
  reports: string[];
  /** The event's title, for the sentence of the undo bar. */
  title: string;
  /** The field its words were typed in: they go back there when the act does not stand. */
  draft?: string;
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
  /** Who decided it; nobody else gives it. */
  agent: string;
  /** `held`: can be taken back, or waits for the server. `leaving`: on its way. `refused`: see `why`. */
  state: 'held' | 'leaving' | 'refused';
  /** When it leaves, ms since 1970 UTC. */
  leavesMs: number;
  /** The reports it was accepted for. */
  done: string[];
  /** It was sent and no answer came: looked up before it is sent again. */
  maybeGone?: boolean;
  /** Why the server refused it, for a person. */
  why?: string;
};
