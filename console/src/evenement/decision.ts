// A decision in words: who, when, what. Changes when a decision says more.
import type { Decision } from './divergence';
import { saidUnder } from './value';
import { when } from './when';
import { nameOf } from './who';
import { w } from './words';

/** Who decided, when, what: the parts of `… a décidé à 23:15 : 6 personnes`. */
export function decisionWords(key: string, { who, value, words }: Decision, now: number): [string, string, string] {
  const at = who ? when(who.written_ms, now) : '';
  return [nameOf(who), at, value ? saidUnder(key, value, now, words) : w().divergence.unknownValue];
}
