// Who wrote which words in which order: one column per author, each later text a part of its own, never
// blended. Pure. Changes when statements are grouped another way.
import type { Report, Shapes } from '../api';

export type Statement = Shapes['Statement'];

/** One author's words in one report, as they were written. */
export interface Column {
  key: string;
  report: string;
  name: string;
  unit: string;
  /** In causal order; the first is the statement, the others its additions. */
  parts: Statement[];
  /** The author said that there is nothing to state. */
  nothing: boolean;
}

/** The columns of an event: reports as they were filed, authors as they first wrote. */
export function columnsOf(reports: readonly Report[]): Column[] {
  return reports.flatMap((report) => {
    const columns = new Map<string, Column>();
    for (const part of report.statements) {
      const key = part.who?.agent ?? `?${part.id}`;
      const found = columns.get(key);
      if (found) found.parts.push(part);
      else columns.set(key, column(report.id, key, part));
    }
    const silent = columns.size === 0 && saysNothing(report) ? [silence(report)] : [];
    return [...columns.values(), ...silent];
  });
}

function column(report: string, key: string, part: Statement): Column {
  const { name = '', unit_label: unit = '' } = part.who ?? {};
  return { key: `${report}/${key}`, report, name, unit, parts: [part], nothing: false };
}

function saysNothing(report: Report): boolean {
  const fact = report.facts.find(({ key }) => key === 'facts/no_statement');
  return fact?.value.kind === 'flag' && fact.value.value;
}

function silence(report: Report): Column {
  const { author_name: name = '', unit = '' } = report.line ?? {};
  return { key: `${report.id}/nothing`, report: report.id, name, unit, parts: [], nothing: true };
}
