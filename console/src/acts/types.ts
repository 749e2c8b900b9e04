// What can be held for 10 s. Changes when another act can be.
import type { Shapes } from '../api';

interface OnEvent {
  /**
   * Every report the act touches: the members of the event, or those of a link's two sides. Acts that share
   * one leave in the order they were made.
   */
  reports: string[];
  /** The event's title, for the sentence of the undo bar. */
  title: string;
  /** The ledger number of what the person looked at (`EventLine.moved`). */
  seen?: number;
  /** What was typed for it, by field: it goes back there when the act does not stand. */
  typed?: Record<string, string>;
}

/** Two reports, hexadecimal. */
export type Pair = [string, string];

/** An act on an event that can be taken back. */
export type Act = OnEvent &
  (
    | { kind: 'read' }
    | { kind: 'assign'; to: string; /** The person takes it: `to` is their own name. */ mine?: boolean }
    | { kind: 'close'; reason: string }
    | { kind: 'reopen'; reason: string }
    | { kind: 'comment'; text: string; /** This person's comments with these words that were there, by id. */ had?: string[] }
    | {
        kind: 'decide';
        /** With exactly what was on screen. */
        body: Shapes['Deciding'];
        /** What holds, as a person reads it. */
        value: string;
        /** The fact it is about, as a person reads it; a page of before did not say it. */
        label?: string;
        /** A decision stood already: nothing less is left to decide. */
        again?: boolean;
      }
    | { kind: 'link'; pairs: Pair[]; linked: boolean; /** `apart`: never were one event. */ how: 'link' | 'apart' | 'unlink' }
  );

/** A part of an act that the server does not take. */
export interface PartRefusal {
  part: string;
  /** For a person. */
  why: string;
  /** Refused for what somebody did meanwhile: what to give as `seen` once a person has read that. */
  now?: number;
  /** How a person calls the report. */
  name?: string;
}

/** An act in the queue. */
export type HeldAct = Act & {
  key: string;
  /** Who decided it; nobody else gives it. */
  agent: string;
  /**
   * `held`: can be taken back, or waits for the server. `leaving`: on its way. `refused`: see `refusals`,
   * or `why` when it is stuck.
   * `told`: accepted, and a colleague's decisions stand beside it.
   */
  state: 'held' | 'leaving' | 'refused' | 'told';
  /** When it was made, ms since 1970 UTC: the order on one report, which never changes. */
  madeMs: number;
  /** When it leaves, ms since 1970 UTC: 10 s after it was made, or was last wanted again. */
  leavesMs: number;
  /** Its parts that were accepted: reports, or pairs. */
  done: string[];
  /** Its time has come, and one before it on the same report has not settled. */
  due?: boolean;
  /** It was sent and no answer came: looked up before it is sent again. */
  maybeGone?: boolean;
  /** Its parts that the server does not take. */
  refusals?: PartRefusal[];
  /** What a person has read of since, by part wanted all the same; the other parts go with `seen`. */
  seenSince?: Record<string, number>;
  /** Tries that the server answered with trouble of its own, in a row. */
  tries?: number;
  /** It does not leave by itself any more: why, for a person. */
  why?: string;
  /** Accepted, and the divergence is open still: somebody wrote or decided meanwhile. */
  stillOpen?: boolean;
  /** Decisions of others that this one did not know. */
  beside?: Shapes['Decision'][];
};

/** A held decision. */
export type HeldDecision = Extract<HeldAct, { kind: 'decide' }>;
/** A held question. */
export type HeldComment = Extract<HeldAct, { kind: 'comment' }>;
