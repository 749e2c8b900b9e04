// Held acts in the browser's storage, per person and page. A page that is alive keeps its own; what a dead
// page left is taken over by the next one. Changes when the form of what is stored does.
import type { HeldAct } from './types';

const PREFIX = 'ronde.acts.';
/** This page, among the pages of this browser. */
const PAGE = crypto.randomUUID();

const place = (agent: string, page: string): string => `${PREFIX}${agent}.${page}`;

/** Stores this page's queue, as far as the browser has room: what is not stored still leaves with this page. */
export function write(agent: string, queue: HeldAct[]): void {
  try {
    if (queue.length === 0) localStorage.removeItem(place(agent, PAGE));
    else localStorage.setItem(place(agent, PAGE), JSON.stringify(queue));
  } catch {
    // No room left: the queue in memory is the one that counts.
  }
}

let lives: Promise<void> | undefined;

/** Says that this page lives, for as long as it does. */
function live(): Promise<void> {
  lives ??= new Promise((held) => {
    const never = new Promise<never>(() => undefined);
    navigator.locks
      .request(`ronde.page.${PAGE}`, () => {
        held();
        return never;
      })
      .catch(() => held());
  });
  return lives;
}

async function livePages(): Promise<Set<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map((lock) => lock.name?.replace('ronde.page.', '') ?? ''));
}

/**
 * What pages of this person that are no longer alive left, and what this page left when the person signed
 * out; it is this page's from now on.
 */
export async function take(agent: string): Promise<HeldAct[]> {
  await live();
  const alive = await livePages();
  const taken: HeldAct[] = [];
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(place(agent, ''))) continue;
    const page = key.slice(place(agent, '').length);
    if (page !== PAGE && alive.has(page)) continue;
    taken.push(...parse(localStorage.getItem(key)));
    localStorage.removeItem(key);
  }
  return taken;
}

function parse(text: string | null): HeldAct[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(list) ? list.filter(isHeld) : [];
  } catch {
    return [];
  }
}

function isHeld(entry: unknown): entry is HeldAct {
  const act = entry as (Partial<HeldAct> & { pairs?: unknown; body?: unknown }) | null;
  if (act?.kind === 'link' && !Array.isArray(act.pairs)) return false;
  if (act?.kind === 'decide' && typeof act.body !== 'object') return false;
  return (
    typeof act?.key === 'string' &&
    typeof act.kind === 'string' &&
    Array.isArray(act.reports) &&
    Array.isArray(act.done) &&
    act.reports.every((id) => typeof id === 'string')
  );
}
