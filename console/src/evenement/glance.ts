// The facts of an event at a glance: one line per fact, every value that somebody wrote, `6 ou environ 10`.
// Pure. Changes when the glance tells something else.
import type { EventDetail } from '../api';
import { factsOf } from './facts';
import { saidUnder, type Fact } from './value';
import { w } from './words';

/** A fact of the event. */
export interface Glimpse {
  key: string;
  label: string;
  words: string;
}

/** Facts that the title already tells. */
const TOLD = new Set(['facts/severity', 'facts/occurred', 'facts/position', 'facts/commune', 'facts/urgent', 'facts/line', 'facts/direction']);

/** One line per fact that is worth a glance, over every report of the event. */
export function glimpsesOf(event: EventDetail, now: number): Glimpse[] {
  const found = new Map<string, { label: string; said: Set<string> }>();
  for (const report of event.reports) {
    for (const fact of factsOf(report)) {
      if (TOLD.has(fact.key)) continue;
      const entry = found.get(fact.key) ?? { label: fact.label, said: new Set<string>() };
      found.set(fact.key, entry);
      const open = report.divergences.find(({ key, open: is }) => key === fact.key && is);
      const values: [Fact, string][] = open
        ? open.voices.map((voice) => [voice.value, voice.words])
        : [[fact.value, fact.words]];
      for (const [value, words] of values) entry.said.add(saidUnder(fact.key, value, now, words));
    }
  }
  return [...found].map(([key, { label, said }]) => ({ key, label, words: [...said].join(` ${w().facts.also} `) }));
}
