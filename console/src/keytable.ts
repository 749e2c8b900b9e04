// Every key that acts, by where it acts: what listens takes its keys from here, and so does the list of keys
// that a person can open. Changes when a key is born.

/** Groups of keys, in the order they are listed; letters in lower case, other keys by the browser's name. */
export const KEYS = {
  list: {
    next: ['j', 'ArrowDown'],
    previous: ['k', 'ArrowUp'],
    page: ['PageDown', 'PageUp'],
    ends: ['Home', 'End'],
    open: ['Enter'],
    fresh: ['n'],
  },
  triage: { read: ['l'], take: ['p'], assign: ['a'], question: ['q'], close: ['c'], later: ['s'] },
  event: {
    take: ['p'],
    close: ['c'],
    compare: ['d'],
    choose: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    ask: ['q'],
    link: ['e'],
  },
  everywhere: { search: ['/'], found: ['Enter'], undo: ['z'], leave: ['Escape'], help: ['?'] },
} as const;

/** A group of keys. */
export type KeyGroup = keyof typeof KEYS;

type Values<T> = T[keyof T];
type Caps<T> = T extends readonly (infer Cap)[] ? Cap : never;

/** A key that acts somewhere. */
export type ActingKey = Caps<Values<{ [Group in KeyGroup]: Values<(typeof KEYS)[Group]> }>>;

/** What every key does, in one language. */
export type KeyWords = { [Group in KeyGroup]: Record<keyof (typeof KEYS)[Group], string> };

/** Keys that move, leave and explain, which nobody switches off. */
export const ALWAYS: ReadonlySet<string> = new Set<ActingKey>([
  'ArrowDown',
  'ArrowUp',
  'Enter',
  'Home',
  'End',
  'PageDown',
  'PageUp',
  'Escape',
  '?',
]);

/** Keys that may go on while they are held down: they only move. */
export const REPEATING: ReadonlySet<string> = new Set<ActingKey>(['j', 'k', 'ArrowDown', 'ArrowUp', 'PageDown', 'PageUp']);
