// Acts that can be taken back: each is held here for 10 s, shown at once as done, then leaves; those on one
// report leave in the order they were made. Kept in the browser per person, so that a reload loses none;
// leaves early when the page is hidden. Refuses to know screens. Changes when the rule of holding does.
import type { EventLine, Refusal } from './api';
import { depart, FAULT } from './acts/leaving';
import { take, write } from './acts/storage';
import type { Act, HeldAct } from './acts/types';
import { present } from './clock.svelte';
import { keep, kept } from './drafts';
import { beforeLeaving, onLeft, session } from './session.svelte';

export type { Act, HeldAct, HeldDecision } from './acts/types';

/** How long an act can be taken back. */
export const HOLD_MS = 10_000;
/** Between two tries of an act that could not leave. */
const RETRY_MS = 5_000;
/** Tries that the server answers with trouble of its own before a person is asked. */
const TRIES = 6;
/** Whoever signs out waits this long for what is on its way. */
const FAREWELL_MS = 3_000;

/** What stands in the queue, in the order it was made: held, leaving, or come back with something to read. */
let queue = $state<HeldAct[]>([]);
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const settled = new Set<(act: HeldAct) => void>();
const takenBack = new Set<(act: HeldAct) => void>();
/** Taken over from a page that was reloaded: their ten seconds were not over. */
const cutShort = new Set<string>();
/** Those of them that left, until somebody has read it. */
let departed = $state.raw<HeldAct[]>([]);
/** Accepted lately: lines that were read before do not show it yet. */
let accepted = $state.raw<HeldAct[]>([]);
/** How many of them are looked through. */
const MOST_ACCEPTED = 50;

/** The queue, followed by whatever reads it in a component. */
export const acts = {
  /** Not left yet, or on their way. */
  get held(): HeldAct[] {
    return queue.filter(isUnderWay);
  },
  /** Came back with something to read, refused or accepted beside a colleague's; stay until dismissed. */
  get back(): HeldAct[] {
    return queue.filter((act) => !isUnderWay(act));
  },
  /** The last held, or wanted again, that can still be taken back. */
  get last(): HeldAct | undefined {
    const latest = Math.max(...queue.filter(mayCancel).map(({ leavesMs }) => leavesMs));
    return queue.findLast((act) => mayCancel(act) && act.leavesMs === latest);
  },
  /** What left with a reload of the page, before its ten seconds were over. */
  get departed(): HeldAct[] {
    return departed;
  },
  /** What is held on an event, by any of its reports. */
  on(reports: readonly string[]): HeldAct[] {
    return queue.filter((act) => isUnderWay(act) && act.reports.some((id) => reports.includes(id)));
  },
};

const isUnderWay = ({ state }: HeldAct): boolean => state === 'held' || state === 'leaving';

/** What every act on an event says of it, as the person looks at it now. */
export function onEvent({ members, title, moved }: EventLine): { reports: string[]; title: string; seen: number } {
  return { reports: [...members], title, seen: moved };
}

/** Holds an act: it leaves in 10 s unless it is taken back. Gives back its key. */
export function hold(act: Act): string {
  const held: HeldAct = {
    ...act,
    key: crypto.randomUUID(),
    agent: me(),
    state: 'held',
    madeMs: present(),
    leavesMs: present() + HOLD_MS,
    done: [],
  };
  queue.push(held);
  keepAll();
  wait(held.key, HOLD_MS);
  return held.key;
}

/** Nothing of it can have reached the server; or it was wanted again, and what is left of it has not. */
export function mayCancel(act: HeldAct): boolean {
  return act.state === 'held' && !act.maybeGone && (act.done.length === 0 || act.seenSince !== undefined);
}

/** It was refused for what somebody did meanwhile: a person may want it all the same. */
export function mayInsist(act: HeldAct): boolean {
  return act.state === 'refused' && act.why === undefined && act.refusals?.some(({ now }) => now !== undefined) === true;
}

/** The act made before on one of its reports that has not settled: this one leaves after it. */
export function waitsFor(act: HeldAct): HeldAct | undefined {
  const before = queue.slice(0, Math.max(0, queue.findIndex(({ key }) => key === act.key)));
  return before.find(({ state, reports }) => state !== 'told' && reports.some((id) => act.reports.includes(id)));
}

/** Takes an act back; false when it has left, or may have. */
export function cancel(key: string): boolean {
  const held = find(key);
  if (!held || !mayCancel(held)) return false;
  giveWordsBack(held);
  drop(key);
  for (const tell of takenBack) tell(held);
  return true;
}

/** Somebody read what came back with an act, and gives it up if it was refused: those behind it are held anew. */
export function dismiss(key: string): void {
  const held = find(key);
  if (!held || isUnderWay(held)) return;
  if (held.state === 'refused') {
    giveWordsBack(held);
    for (const act of queue) if (act.due && mayCancel(act) && waitsFor(act)?.key === key) holdAnew(act);
  }
  drop(key);
}

/** Wants all the same, now that a person has read what somebody did meanwhile, what was refused for that. */
export function insist(key: string): void {
  const held = find(key);
  if (!held || !mayInsist(held)) return;
  held.seenSince ??= {};
  for (const { part, now } of held.refusals ?? []) if (now !== undefined) held.seenSince[part] = now;
  held.refusals = held.refusals?.filter(({ now }) => now === undefined) ?? [];
  // Refused is not stored.
  held.maybeGone = false;
  holdAnew(held);
  keepAll();
}

/** Somebody read what left with a reload. */
export function dismissDeparted(): void {
  departed = [];
}

/** Tries again an act that does not leave by itself any more. */
export function retry(key: string): void {
  const held = find(key);
  if (held?.state !== 'refused' || held.why === undefined) return;
  delete held.why;
  held.tries = 0;
  held.state = 'held';
  void leave(key);
}

/** Calls back for each act the server has accepted. Gives back what ends it. */
export function onSettled(tell: (act: HeldAct) => void): () => void {
  settled.add(tell);
  return () => settled.delete(tell);
}

/** Calls back for each act that is taken back. Gives back what ends it. */
export function onTakenBack(tell: (act: HeldAct) => void): () => void {
  takenBack.add(tell);
  return () => takenBack.delete(tell);
}

/** An event's line as it will stand once what is held on it has left, and what was accepted was read back. */
export function shownLine(line: EventLine): EventLine {
  let { status, divergences, assigned_to } = line;
  for (const act of [...accepted.filter((one) => isOlder(line, one)), ...acts.on(line.members)]) {
    if (act.kind === 'decide') divergences = act.again ? divergences : Math.max(0, divergences - 1);
    else if (act.kind === 'close') status = 'closed';
    else if (act.kind === 'reopen') status = 'read';
    else if (act.kind === 'assign' && status !== 'closed') [status, assigned_to] = ['assigned', act.to];
    else if (act.kind === 'read' && status === 'delivered') status = 'read';
  }
  const isSame = status === line.status && divergences === line.divergences && assigned_to === line.assigned_to;
  return isSame ? line : { ...line, status, divergences, assigned_to: assigned_to ?? null };
}

/** The line is as it was when the act was made. */
function isOlder({ members, moved }: EventLine, { reports, seen }: HeldAct): boolean {
  return seen !== undefined && moved <= seen && reports.some((id) => members.includes(id));
}

/** Taking and closing are for what is not closed. */
export function isClosed(line: EventLine): boolean {
  return shownLine(line).status === 'closed';
}

/** Takes over what an earlier page of this person left, and lets everything leave when this one is hidden. */
export async function begin(): Promise<() => void> {
  const agent = me();
  const taken = (await take(agent)).filter(({ key }) => !find(key));
  for (const held of taken) {
    const maybeGone = held.maybeGone === true || held.state === 'leaving';
    const madeMs = held.madeMs ?? held.leavesMs - HOLD_MS;
    queue.push({ ...held, agent, maybeGone, madeMs, state: isUnderWay(held) ? 'held' : held.state });
    if (isUnderWay(held) && present() < held.leavesMs && !held.maybeGone) cutShort.add(held.key);
  }
  queue.sort((one, other) => one.madeMs - other.madeMs);
  for (const { key } of taken) void leave(key);
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

/** Those who wait until nothing is on its way. */
let waiting: (() => void)[] = [];

// Whoever signs out has decided: what they held leaves with their session, as far as the server answers soon.
beforeLeaving(async () => {
  leaveAll();
  if (!queue.some(({ state }) => state === 'leaving')) return;
  await Promise.race([
    new Promise<void>((quiet) => waiting.push(quiet)),
    new Promise((late) => setTimeout(late, FAREWELL_MS)),
  ]);
});

// Somebody else may come to this browser: what is held here leaves with nobody else's session. The storage
// keeps it for its own person.
onLeft(() => {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  queue = [];
  departed = accepted = [];
  cutShort.clear();
});

/** Who holds acts on this page now. */
function me(): string {
  return session.me?.agent ?? '';
}

/** Fields that hold one value: two of them make none. */
const ONE_VALUE = /\.([1-9]|number)$/;

function giveWordsBack(act: HeldAct): void {
  for (const [field, words] of Object.entries(act.typed ?? {})) {
    // Something may have been typed there since: sentences stay both.
    const since = kept(field);
    if (words && !since) keep(field, words);
    else if (words && since !== words && !ONE_VALUE.test(field)) keep(field, `${words} ${since}`);
  }
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
  cutShort.delete(key);
  queue = queue.filter((act) => act.key !== key);
  keepAll();
  goOn();
}

/** What waited for an act before it, and waits for none any more, leaves. */
function goOn(): void {
  for (const act of [...queue]) if (act.due && act.state === 'held') void leave(act.key);
}

/** For 10 s more, and what is behind it with it. */
function holdAnew(act: HeldAct): void {
  act.state = 'held';
  act.due = false;
  act.leavesMs = present() + HOLD_MS;
  wait(act.key, HOLD_MS);
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
  held.due = waitsFor(held) !== undefined;
  if (held.due) return keepAll();
  held.state = 'leaving';
  keepAll();
  const departure = await depart(held, () => find(key) !== undefined, keepAll);
  if (departure === 'done') settle(held);
  else if (departure === 'refused') {
    held.state = 'refused';
    cutShort.delete(key);
    keepAll();
  } else if (departure !== 'gone') comeBack(held, departure);
  if (queue.some(({ state }) => state === 'leaving')) return;
  for (const quiet of waiting.splice(0)) quiet();
}

function settle(held: HeldAct): void {
  const wasCutShort = cutShort.delete(held.key);
  if (held.beside?.length) {
    held.state = 'told';
    keepAll();
    goOn();
  } else drop(held.key);
  if (wasCutShort) departed = [...departed, held];
  accepted = [...accepted, held].slice(-MOST_ACCEPTED);
  for (const tell of settled) tell(held);
}

/** A server that comes back, a link opened again: the act is still wanted. Of trouble that lasts a person is told. */
function comeBack(held: HeldAct, { code, sentence, status }: Refusal): void {
  if (code === 'unreachable' || code === FAULT || status >= 500) held.maybeGone = true;
  if (code !== 'unreachable' && code !== 'not-signed-in') held.tries = (held.tries ?? 0) + 1;
  if (code === FAULT || (held.tries ?? 0) >= TRIES) {
    held.state = 'refused';
    cutShort.delete(held.key);
    held.why = sentence;
  } else {
    held.state = 'held';
    wait(held.key, RETRY_MS);
  }
  keepAll();
}
