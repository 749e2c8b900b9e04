// What the inbox and the map show: read from the address, written to it, asked of the server.
// Refuses to know words and screens. Changes when one can filter by something else.

/** How events are ordered. */
export type Order = 'severity' | 'newest';

/** What is asked for. An empty text, null and false mean "not asked". */
export interface Filters {
  order: Order;
  /** true: nobody opened it. false: somebody did. */
  unread: boolean | null;
  /** INSEE code. */
  commune: string;
  /** Code of a report type. */
  type: string;
  /** At least this, 1 to 5. */
  severityMin: number | null;
  /** `open`: whatever is not closed. `all`. Or one: `delivered`, `read`, `assigned`, `closed`. */
  status: string;
  unit: string;
  divergence: boolean;
  quarantine: boolean;
  text: string;
  /** Received in the last so many hours. */
  hours: number | null;
}

/** What the inbox shows when the address says nothing: what is left to treat. */
export const usual: Readonly<Filters> = {
  order: 'severity',
  unread: null,
  commune: '',
  type: '',
  severityMin: null,
  status: 'open',
  unit: '',
  divergence: false,
  quarantine: false,
  text: '',
  hours: null,
};

const STATUSES = ['open', 'all', 'delivered', 'read', 'assigned', 'closed'];
const LONGEST_TEXT = 200;
const LONGEST_CODE = 100;
const MOST_HOURS = 24 * 366 * 5;

/** The states shown when the address names none: a searched text is looked for in everything. */
const usualStatus = (text: string): string => (text.trim() ? 'all' : usual.status);

/** The filters of an address. What cannot be read is left out. */
export function read(query: URLSearchParams): Filters {
  const whole = (name: string, most: number): number | null => {
    const value = Number(query.get(name) ?? NaN);
    return Number.isInteger(value) && value >= 1 && value <= most ? value : null;
  };
  const code = (name: string): string => (query.get(name) ?? '').slice(0, LONGEST_CODE);
  const unread = query.get('unread');
  const status = query.get('status') ?? '';
  const text = [...(query.get('text') ?? '')].slice(0, LONGEST_TEXT).join('');
  return {
    order: query.get('order') === 'newest' ? 'newest' : 'severity',
    unread: unread === 'true' ? true : unread === 'false' ? false : null,
    commune: code('commune'),
    type: code('type'),
    severityMin: whole('severity_min', 5),
    status: STATUSES.includes(status) ? status : usualStatus(text),
    unit: code('unit'),
    divergence: query.get('divergence') === 'true',
    quarantine: query.get('quarantine') === 'true',
    text,
    hours: whole('hours', MOST_HOURS),
  };
}

/** The query of an address, with `?`; empty for the usual. `also`: what else the address says. */
export function write(filters: Filters, also: Record<string, string> = {}): string {
  const query = new URLSearchParams();
  if (filters.order !== 'severity') query.set('order', filters.order);
  if (filters.unread !== null) query.set('unread', String(filters.unread));
  if (filters.commune) query.set('commune', filters.commune);
  if (filters.type) query.set('type', filters.type);
  if (filters.severityMin) query.set('severity_min', String(filters.severityMin));
  if (filters.status !== usualStatus(filters.text)) query.set('status', filters.status);
  if (filters.unit) query.set('unit', filters.unit);
  if (filters.divergence) query.set('divergence', 'true');
  if (filters.quarantine) query.set('quarantine', 'true');
  if (filters.text.trim()) query.set('text', filters.text);
  if (filters.hours) query.set('hours', String(filters.hours));
  for (const [name, value] of Object.entries(also)) if (value) query.set(name, value);
  const written = query.toString();
  return written ? `?${written}` : '';
}

/** The query of `/v1/events` and `/v1/points`. */
export interface Asked {
  order?: Order;
  unread?: boolean;
  commune?: string;
  type?: string;
  severity_min?: number;
  status?: string;
  unit?: string;
  divergence?: boolean;
  quarantine?: boolean;
  text?: string;
  since_ms?: number;
}

/** What the server is asked for. `nowMs`: where "the last 24 h" ends. */
export function asked(filters: Filters, nowMs: number): Asked {
  const { order, unread, commune, type, severityMin, status, unit, divergence, quarantine, text, hours } = filters;
  return {
    order,
    ...(unread === null ? {} : { unread }),
    ...(commune ? { commune } : {}),
    ...(type ? { type } : {}),
    ...(severityMin ? { severity_min: severityMin } : {}),
    ...(status === 'all' ? {} : { status }),
    ...(unit ? { unit } : {}),
    ...(divergence ? { divergence } : {}),
    ...(quarantine ? { quarantine } : {}),
    ...(text.trim() ? { text } : {}),
    ...(hours ? { since_ms: nowMs - hours * 3_600_000 } : {}),
  };
}

/** Everything there is, closed or not, in an order. */
export const everything = (order: Order): Filters => ({ ...usual, order, status: 'all' });

/** The filters after a search was given up: everything was looked through for its sake only. */
export function withoutText(filters: Filters): Filters {
  return { ...filters, text: '', status: filters.status === 'all' ? usual.status : filters.status };
}
