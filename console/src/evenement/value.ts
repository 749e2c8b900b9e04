// A fact as a person reads it. Words of choices come from the server; times and positions are written
// here, in the machine's time zone. Changes when a kind of value appears.
import type { Shapes } from '../api';
import { lists } from '../catalogue.svelte';
import { clock, day, language, number } from '../words';
import { opened, w } from './words';

export type Fact = Shapes['Fact'];
export type Period = Extract<Fact, { kind: 'period' }>;

const decimal = (value: number, digits: number): string =>
  new Intl.NumberFormat(language.tag, { maximumFractionDigits: digits }).format(value).replace(/\u202f/g, '\u00a0');

/** `aujourd’hui de 22:41 à 22:55`, `hier à 22:41`, `du 3 novembre 22:41 au 4 novembre 1:10`. */
export function periodWords({ from_ms, to_ms }: Pick<Period, 'from_ms' | 'to_ms'>, now: number): string {
  const from = day(from_ms, now);
  const to = day(to_ms, now);
  if (from !== to) return w().time.across(`${from} ${clock(from_ms)}`, `${to} ${clock(to_ms)}`);
  if (clock(from_ms) === clock(to_ms)) return w().time.on(from, clock(from_ms));
  return w().time.fromTo(from, clock(from_ms), clock(to_ms));
}

/** `48,4461 ; 1,4892`, five decimals: about a metre. */
export function coordinates(lat: number, lon: number): string {
  const separator = language.now === 'fr' ? '\u00a0; ' : ', ';
  return `${decimal(lat, 5)}${separator}${decimal(lon, 5)}`;
}

/** An accuracy radius in whole metres. */
export function metres(value: number): string {
  return number(Math.round(value));
}

/**
 * A value in words. `words`: the server's own for it, when it gave some. An answer taken back (an empty
 * text) says so.
 */
export function valueWords(fact: Fact, now: number, words?: string | null): string {
  switch (fact.kind) {
    case 'period':
      return opened(periodWords(fact, now));
    case 'position': {
      const within = fact.accuracy_m > 0 ? `, ${w().place.within(metres(fact.accuracy_m))}` : '';
      return `${coordinates(fact.lat, fact.lon)}${within}`;
    }
    case 'record':
      return w().facts.unreadable(Math.ceil(fact.bytes.length / 2));
    case 'text':
      return (words ?? fact.value).trim() === '' ? w().facts.empty : (words ?? fact.value);
    case 'flag':
      return words ?? (fact.value ? w().facts.yes : w().facts.no);
    case 'integer':
      return words ?? number(fact.value);
    case 'decimal':
      return words ?? decimal(fact.value, 6);
  }
}

/** A value under a key: as `valueWords`, with names that only the territory knows. */
export function saidUnder(key: string, fact: Fact, now: number, words?: string | null): string {
  if (key === 'facts/commune' && fact.kind === 'text') {
    const commune = lists.catalogue?.communes.find(({ code }) => code === fact.value);
    if (commune) return commune.name;
  }
  return valueWords(fact, now, words);
}

/** Somebody's own words, which nobody changes by a letter; else words of ours. */
export function isVerbatim(fact: Fact, words: string): boolean {
  return fact.kind === 'text' && fact.value === words;
}
