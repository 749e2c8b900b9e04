// A moment inside a sentence: `à 22:41`, `hier à 22:41`, `le 3 nov. à 22:41`. Changes when a sentence
// needs another form of a moment.
import { clock, day, language } from '../words';
import { w } from './words';

const DAY = 86_400_000;
const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** When, as the end of a sentence, in the machine's time zone. */
export function when(ms: number, now: number): string {
  const days = Math.round((midnight(now) - midnight(ms)) / DAY);
  if (days === 0) return w().time.at(clock(ms));
  if (days === 1) return w().time.dayAt(day(ms, now), clock(ms));
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  const date = new Intl.DateTimeFormat(language.tag, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' as const }),
  }).format(ms);
  return w().time.dateAt(date, clock(ms));
}
