// Acts that can be taken back: each is held here for 10 s, shown at once as done, then leaves. Kept in the
// browser per person, so that a reload loses none; leaves early when the page is hidden. Refuses to know
// screens. Changes when another act can be held.
import { api, got, refusalFrom, type EventLine } from './api';
import { present } from './clock.svelte';
import { sameAsStands } from './acts/standing';
import { take, write } from './acts/storage';
import type { Act, HeldAct } from './acts/types';
import { keep, kept } from './drafts';
import { onLeft, session } from './session.svelte';

export type { Act, HeldAct } from './acts/types';

/** How long an act can be taken back. */
export const HOLD_MS = 10_000;
/** Between two tries of an act that could not leave. */
const RETRY_MS = 5_000;

/** What stands in the queue, oldest first: held, leaving, or come back refused. */
let queue = $state<HeldAct[]>([]);
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const settled = new Set<(act: HeldAct) => void>();

/** The queue, followed by whatever reads it in a component. */
export const acts = {
  /** Not left yet, or on their way. */
  get held(): HeldAct[] {
    return queue.filter((act) => act.state !== 'refused');
  },
  /** Came back with a sentence; stay until somebody dismisses them. */
  get refused(): HeldAct[] {
    return queue.filter((act) => act.state === 'refused');
  },
  /** The last that can still be taken back. */
  get last(): HeldAct | undefined {
    return queue.findLast(mayCancel);
  },
  /** What is held on an event, by any of its reports. */
  on(reports: readonly string[]): HeldAct[] {
    return queue.filter((act) => act.state !== 'refused' && act.reports.some((id) => reports.includes(id)));
  },
};

/** Holds an act: it leaves in 10 s unless it is taken back. Gives back its key. */
export function hold(act: Act): string {
  const held: HeldAct = {
    ...act,
    key: crypto.randomUUID(),
    agent: me(),
    state: 'held',
    leavesMs: present() + HOLD_MS,
    done: [],
  };
  queue.push(held);
  keepAll();
  wait(held.key, HOLD_MS);
  return held.key;
}

/** Nothing of it can have reached the server. */
export function mayCancel(act: HeldAct): boolean {
  return act.state === 'held' && !act.maybeGone && act.done.length === 0;
}

/** Takes an act back; false when it has left, or may have. */
export function cancel(key: string): boolean {
  const held = find(key);
  if (!held || !mayCancel(held)) return false;
  giveWordsBack(held);
  drop(key);
  return true;
}

/** Somebody read why an act was refused. */
export function dismiss(key: string): void {
  const held = find(key);
  if (held?.state !== 'refused') return;
  giveWordsBack(held);
  drop(key);
}

/** Calls back for each act the server has accepted. Gives back what ends it. */
export function onSettled(tell: (act: HeldAct) => void): () => void {
  settled.add(tell);
  return () => settled.delete(tell);
}

/** An event's line as it will stand once what is held on it has left. */
export function shownLine(line: EventLine): EventLine {
  let status = line.status;
  for (const act of acts.on(line.members)) {
    if (act.kind === 'close') status = 'closed';
    else if (act.kind === 'assign' && status !== 'closed') status = 'assigned';
    else if (act.kind === 'read' && status === 'delivered') status = 'read';
  }
  return status === line.status ? line : { ...line, status };
}

/** Takes over what an earlier page of this person left, and lets everything leave when this one is hidden. */
export async function begin(): Promise<() => void> {
  const agent = me();
  for (const held of await take(agent)) {
    if (find(held.key)) continue;
    const { state } = held;
    const maybeGone = held.maybeGone === true || state === 'leaving';
    queue.push({ ...held, agent, maybeGone, state: state === 'refused' ? state : 'held' });
    if (state !== 'refused') void leave(held.key);
  }
  keepAll();
  const hidden = (): void => {
    if (document.visibilityState === 'hidden') leaveAll();
  };
  document.addEventListener('visibilitychange', hidden);
  addEventListener('pagehide', leaveAll);
  return () => {
    document.removeEventListener('visibilitychange', hidden);
    removeEventListener('pagehide', leaveAll);
  };
}

/** Lets everything leave now. */
export function leaveAll(): void {
  for (const held of [...queue]) if (held.state === 'held') void leave(held.key);
}

// Somebody else may come to this browser: what is held here leaves with nobody else's session. The storage
// keeps it for its own person.
onLeft(() => {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  queue = [];
});

/** Who holds acts on this page now. */
function me(): string {
  return session.me?.agent ?? '';
}

function giveWordsBack(act: HeldAct): void {
  if (!act.draft) return;
  const words = act.kind === 'comment' ? act.text : act.kind === 'close' || act.kind === 'reopen' ? act.reason : '';
  // Something may have been typed there since: both stay.
  const since = kept(act.draft);
  if (words) keep(act.draft, since && since !== words ? `${words} ${since}` : words);
}

function find(key: string): HeldAct | undefined {
  return queue.find((act) => act.key === key);
}

function keepAll(): void {
  write(me(), $state.snapshot(queue));
}

function drop(key: string): void {
  clearTimeout(timers.get(key));
  timers.delete(key);
  queue = queue.filter((act) => act.key !== key);
  keepAll();
}

function wait(key: string, ms: number): void {
  clearTimeout(timers.get(key));
  timers.set(
    key,
    setTimeout(() => void leave(key), ms),
  );
}

async function leave(key: string): Promise<void> {
  const held = find(key);
  if (!held || held.state !== 'held' || held.agent !== me()) return;
  held.state = 'leaving';
  keepAll();
  try {
    for (const report of held.reports) {
      if (held.done.includes(report)) continue;
      const stands = held.maybeGone === true && (await sameAsStands(held, report));
      // Whoever decided it may have signed out while it was on its way.
      if (!find(key)) return;
      if (!stands) await post(held, report);
      if (!find(key)) return;
      held.done.push(report);
      keepAll();
    }
  } catch (thrown) {
    if (!find(key)) return;
    const refusal = refusalFrom(thrown);
    if (refusal.passing || refusal.code === 'not-signed-in') {
      // A server that comes back, a link opened again: the act is still wanted.
      held.state = 'held';
      if (refusal.code === 'unreachable' || refusal.status >= 500) held.maybeGone = true;
      wait(key, RETRY_MS);
    } else {
      held.state = 'refused';
      held.why = refusal.sentence;
    }
    keepAll();
    return;
  }
  drop(key);
  for (const tell of settled) tell(held);
}

function post(act: HeldAct, id: string): Promise<unknown> {
  const to = { params: { path: { id } }, keepalive: true };
  switch (act.kind) {
    case 'read':
      return got(api.POST('/v1/reports/{id}/read', to));
    case 'assign':
      return got(api.POST('/v1/reports/{id}/assign', { ...to, body: { to: act.to } }));
    case 'close':
      return got(api.POST('/v1/reports/{id}/close', { ...to, body: { reason: act.reason } }));
    case 'reopen':
      return got(api.POST('/v1/reports/{id}/reopen', { ...to, body: { reason: act.reason } }));
    case 'comment':
      return got(api.POST('/v1/reports/{id}/comments', { ...to, body: { text: act.text } }));
  }
}
