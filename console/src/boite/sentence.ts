// The filters as a sentence: "37 événements à traiter : non lus, 66 communes, 24 h". Pure, in the page's language.
import type { Catalogue } from '../api';
import { t } from '../words';
import { sumOf, type Counts } from './counts';
import type { Filters } from './filters';

/** The sentence of the filters and of what they find. */
export function sentenceOf(filters: Filters, { total, since }: Pick<Counts, 'total' | 'since'>, catalogue: Catalogue | null): string {
  const words = t().filters;
  const { unread, commune, type, severityMin, status, unit, divergence, quarantine, text, hours } = filters;
  const parts: string[] = [];
  if (unread !== null) parts.push(unread ? words.unread : words.readOnly);
  if (status !== 'open' && status !== 'all') parts.push(words.status[status] ?? status);
  if (severityMin) parts.push(words.severity(t().severity.of(severityMin)));
  if (type) parts.push(catalogue?.types.find(({ code }) => code === type)?.label ?? type);
  if (divergence) parts.push(words.divergence);
  if (quarantine) parts.push(words.quarantine);
  if (text.trim()) parts.push(words.text(text.trim()));
  if (unit) parts.push(unit);
  const known = catalogue?.communes ?? [];
  if (commune) parts.push(known.find(({ code }) => code === commune)?.name ?? commune);
  else parts.push(known.length > 0 ? words.communes(known.length) : words.everywhere);
  if (hours) parts.push(words.since(hours));
  return words.sentence(total, sumOf(since), parts, status);
}
