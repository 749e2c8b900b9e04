// The facts of an event at a glance: one line per fact, every value that somebody wrote; while they differ,
// who wrote which: `6 selon Inès Benali, environ 10 selon Samir Haddad`.
// Pure. Changes when the glance tells something else.
import type { EventDetail } from '../api';
import { factsOf } from './facts';
import { saidUnder } from './value';
import { nameOf } from './who';
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
  const found = new Map<string, { label: string; said: Map<string, Set<string>> }>();
  for (const report of event.reports) {
    for (const fact of factsOf(report)) {
      if (TOLD.has(fact.key)) continue;
      const entry = found.get(fact.key) ?? { label: fact.label, said: new Map<string, Set<string>>() };
      found.set(fact.key, entry);
      const open = report.divergences.find(({ key, open: is }) => key === fact.key && is);
      for (const { value, words, who } of open ? open.voices : [fact]) {
        const said = saidUnder(fact.key, value, now, words);
        entry.said.set(said, (entry.said.get(said) ?? new Set()).add(nameOf(who)));
      }
    }
  }
  return [...found].map(([key, { label, said }]) => ({ key, label, words: together(said) }));
}

/** One value plainly; several with who wrote each. */
function together(said: Map<string, Set<string>>): string {
  if (said.size < 2) return [...said.keys()].join('');
  return [...said].map(([value, names]) => w().divergence.according(value, w().join([...names]))).join(', ');
}
