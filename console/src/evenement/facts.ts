// The facts of a report with every version of each: version 1, then what was put later. Pure.
// Changes when a fact's versions are told another way.
import type { Report, Shapes } from '../api';
import type { Fact } from './value';
import type { Who } from './who';

type Step = Shapes['Step'];
export type ShownFact = Shapes['ShownFact'];

/** One value that stood under a key. */
export interface Version {
  change: string;
  value: Fact;
  words: string | null;
  who: Who | null;
  first: boolean;
}

/** Facts that other parts of the page already say, or that say where the report comes from. */
const ELSEWHERE = new Set(['facts/type', 'facts/template', 'facts/title', 'facts/no_statement']);

/** The facts worth a line, in the order people read: what, where, then as the server gives them. */
export function factsOf(report: Report): ShownFact[] {
  return report.facts.filter(({ key }) => !ELSEWHERE.has(key));
}

/** Every value put under a key, in causal order. */
export function versionsOf(key: string, steps: readonly Step[]): Version[] {
  return steps.flatMap((step) =>
    step.writes
      .filter((write) => write.key === key && write.entry === 'fact')
      .map((write) => ({
        change: step.change,
        value: (write as Extract<Shapes['Write'], { entry: 'fact' }>).value,
        words: write.words ?? null,
        who: step.who ?? null,
        first: step.is_first,
      })),
  );
}

/** Whether something else than version 1 was ever written under the key, as far as the report itself says. */
export function wasChanged(report: Report, fact: ShownFact): boolean {
  const first = report.first_version;
  if (!first) return true;
  const own = first.writes.find((write) => write.key === fact.key);
  const same = own?.entry === 'fact' && JSON.stringify(own.value) === JSON.stringify(fact.value);
  return !same || fact.diverges || fact.who?.eid !== first.who?.eid;
}

/** Who filed a report: the author of version 1. */
export function filedBy(report: Report): string {
  return report.line?.author_name ?? report.first_version?.who?.name ?? '';
}
