// Of which event another one is the duplicate: numbers as typed, and those one can pick. Pure.
// Changes when events are numbered otherwise.
import type { EventDetail } from '../api';

/** Another event one can name, or another report of this one. */
export interface Near {
  number: string;
  title: string;
}

/** What one can pick: suggested events, then the other reports of this one. */
export function nearOf({ id, reports, suggestions }: EventDetail): Near[] {
  const others = reports.filter((report) => report.id !== id);
  const lines = [...suggestions.map(({ line }) => line), ...others.map(({ line }) => line)];
  return lines.flatMap((line) => (line?.number ? [{ number: line.number, title: line.title }] : []));
}

/** A number as the server writes it, `2026-000123`, from what was typed (`2026-123`, spaces); null when it is none. */
export function numberOf(typed: string): string | null {
  const [, year, rest] = /^(\d{4})\s*[-‐–]\s*(\d{1,9})$/.exec(typed.trim()) ?? [];
  return year && rest ? `${year}-${rest.padStart(6, '0')}` : null;
}
