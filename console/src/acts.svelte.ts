// Acts that can be taken back: each is held here for 10 s, shown at once as done, then leaves. Kept in the
// browser per person, so that a reload loses none; leaves early when the page is hidden. Refuses to know
// screens. Changes when another act can be held.
import { api, got, refusalFrom, type EventLine } from './api';
import { present } from './clock.svelte';
import { sameAsStands } from './acts/standing';
import { take, write } from './acts/storage';
import type { Act, HeldAct } from './acts/types';
import { session } from './session.svelte';

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
    return queue.findLast((act) => act.state === 'held');
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
    state: 'held',
    leavesMs: present() + HOLD_MS,
    done: [],
  };
  queue.push(held);
  keepAll();
  wait(held.key, HOLD_MS);
  return held.key;
}

/** Takes an act back; false when it has left. */
export function cancel(key: string): boolean {
  const held = find(key);
  if (held?.state !== 'held') return false;
  drop(key);
  return true;
}

/** Somebody read why an act was refused. */
export function dismiss(key: string): void {
  if (find(key)?.state === 'refused') drop(key);
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
  for (const held of await take(session.me?.agent ?? '')) {
    if (find(held.key)) continue;
    const { state } = held;
    queue.push({ ...held, state: state === 'refused' ? state : 'held' });
    if (state !== 'refused') void leave(held.key, { maybeGone: state === 'leaving' });
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

function find(key: string): HeldAct | undefined {
  return queue.find((act) => act.key === key);
}

function keepAll(): void {
  write(session.me?.agent ?? '', $state.snapshot(queue));
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

async function leave(key: string, { maybeGone = false } = {}): Promise<void> {
  const held = find(key);
  if (!held || held.state !== 'held') return;
  held.state = 'leaving';
  keepAll();
  try {
    for (const report of held.reports) {
      if (held.done.includes(report)) continue;
      if (!(maybeGone && (await sameAsStands(held, report)))) await post(held, report);
      held.done.push(report);
      keepAll();
    }
  } catch (thrown) {
    const refusal = refusalFrom(thrown);
    if (refusal.passing || refusal.code === 'not-signed-in') {
      // A server that comes back, a link opened again: the act is still wanted.
      held.state = 'held';
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
