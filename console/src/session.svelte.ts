// Who is signed in on this browser. Knows `me` and whether the session is over; refuses to know what a
// role allows beyond what the server says. Changes with sign-in.
import { api, got, onSignedOut, refusalFrom, writeAs, type Me, type Refusal } from './api';
import { lists } from './catalogue.svelte';

/** `asking`: not known yet. `ended`: somebody was signed in on this page, and is no longer. */
export type Standing = 'asking' | 'in' | 'none' | 'ended' | 'unreachable';

/** The other tabs of this browser: told when the session changes, not to whom. */
const tabs = globalThis.location ? new BroadcastChannel('ronde.session') : undefined;

let standing = $state<Standing>('asking');
let me = $state.raw<Me | null>(null);
let closed = $state(false);
/** Whose words, rows and figures this page may hold: also after they closed their session. */
let whose: string | null = null;

/** The session, followed by whatever reads it in a component. */
export const session = {
  get standing(): Standing {
    return standing;
  },
  /** Who is, or was last, signed in on this page. */
  get me(): Me | null {
    return me;
  },
  /** The person closed it on this page. */
  get closed(): boolean {
    return closed;
  },
};

/** The unit of who has the whole agglomeration: no service of its own. */
const WHOLE = 'agglomeration';

/** What a person does there, as one reads it: the role, and the service. */
export function roleOf({ role, unit }: Me): string {
  const label = lists.catalogue ? (lists.catalogue.roles[role] ?? role) : '';
  return unit === '' || unit === WHOLE ? label : `${label}, ${unit}`;
}

/** Asks the server who is signed in. */
export async function ask(): Promise<void> {
  try {
    const now = await got(api.GET('/v1/me'));
    // Another person signed in on this browser: nothing of the one before stays on the page.
    if (whose !== null && whose !== now.agent) {
      tellLeft();
      return location.reload();
    }
    me = now;
    whose = now.agent;
    writeAs(now.agent);
    standing = 'in';
    closed = false;
  } catch (thrown) {
    const refusal = refusalFrom(thrown);
    if (refusal.code !== 'not-signed-in') standing = me ? standing : 'unreachable';
  }
}

/** The server said that nobody is signed in. What is on the page stays. */
export function over(): void {
  standing = me ? 'ended' : 'none';
}

/** Opens a session with a one-time code. Gives back why not, or null. */
export async function openWith(code: string): Promise<Refusal | null> {
  try {
    await got(api.POST('/v1/session', { body: { code } }));
  } catch (thrown) {
    return refusalFrom(thrown);
  }
  await ask();
  tabs?.postMessage('opened');
  return null;
}

/** Ends the session on this browser, once what this person still has to say has left. */
export async function leave(): Promise<void> {
  await Promise.all([...farewells].map((say) => say()));
  try {
    await got(api.DELETE('/v1/session'));
  } catch (thrown) {
    if (refusalFrom(thrown).code !== 'not-signed-in') throw thrown;
  }
  tellLeft();
  me = null;
  writeAs(null);
  standing = 'none';
  closed = true;
  tabs?.postMessage('closed');
}

const farewells = new Set<() => Promise<void>>();

/** Called while the session still stands, when the person ends it. It is not waited for longer than it promises. */
export function beforeLeaving(say: () => Promise<void>): void {
  farewells.add(say);
}

const leaving = new Set<() => void>();

/** Called when the person leaves this page for good, before another one can come. */
export function onLeft(tell: () => void): void {
  leaving.add(tell);
}

function tellLeft(): void {
  for (const tell of leaving) tell();
}

onSignedOut(over);

// A link opened, or a session ended, in another tab of this browser is this one's too: heard from it at once, and
// looked at when somebody comes back here.
tabs?.addEventListener('message', () => void ask());
for (const come of ['focus', 'visibilitychange', 'storage']) {
  globalThis.addEventListener?.(come, () => {
    if (standing !== 'in' && standing !== 'asking') void ask();
  });
}
