// Times, days, ages and numbers as people of the page's language write them: 24 h, tabular, with
// no-break spaces. Times are ms since 1970 UTC and shown in the time zone of the machine.
import { language } from './language.svelte';

const NBSP = '\u00a0';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language.tag} ${name}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(language.tag, options);
    formats.set(key, found);
  }
  return found;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `22:41`. */
export function clock(ms: number): string {
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `23 novembre 2026`. */
export function date(ms: number): string {
  return format('date', { day: 'numeric', month: 'long', year: 'numeric' }).format(ms);
}

function midnight(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** `aujourd’hui`, `hier`, then `lundi 23 novembre`, with the year when it is another one. */
export function day(ms: number, now: number): string {
  const days = Math.round((midnight(now) - midnight(ms)) / DAY);
  if (days === 0) return language.now === 'fr' ? 'aujourd’hui' : 'today';
  if (days === 1) return language.now === 'fr' ? 'hier' : 'yesterday';
  if (new Date(ms).getFullYear() !== new Date(now).getFullYear()) return date(ms);
  return format('day', { weekday: 'long', day: 'numeric', month: 'long' }).format(ms);
}

/** `22:41` today, `hier 22:41`, `23 nov. 22:41` before. */
export function dayAndTime(ms: number, now: number): string {
  const days = Math.round((midnight(now) - midnight(ms)) / DAY);
  if (days === 0) return clock(ms);
  if (days === 1) return `${day(ms, now)} ${clock(ms)}`;
  return `${format('short', { day: 'numeric', month: 'short' }).format(ms)} ${clock(ms)}`;
}

/** How long ago, in the width of a row: `2 min`, `1 h 05`, `3 j`. What lies ahead is `0 min`. */
export function age(ms: number, now: number): string {
  const past = Math.max(0, now - ms);
  if (past < HOUR) return `${Math.floor(past / MINUTE)}${NBSP}min`;
  if (past < DAY) return `${Math.floor(past / HOUR)}${NBSP}h${NBSP}${two(Math.floor((past % HOUR) / MINUTE))}`;
  return `${Math.floor(past / DAY)}${NBSP}${language.now === 'fr' ? 'j' : 'd'}`;
}

/** A length of time in whole hours or days: `24 h`, `7 jours`. */
export function span(hours: number): string {
  if (hours <= 48) return `${hours}${NBSP}h`;
  return `${number(Math.round(hours / 24))}${NBSP}${language.now === 'fr' ? 'jours' : 'days'}`;
}

/** `50 000`, `50,000`. */
export function number(value: number): string {
  return new Intl.NumberFormat(language.tag).format(value).replace(/\u202f/g, NBSP);
}
