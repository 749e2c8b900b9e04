// Which language the page speaks. Words are kept elsewhere; this file changes when a language is added.

/** The languages of the console. */
export type Language = 'fr' | 'en';

const KEY = 'ronde.language';

function first(): Language {
  const chosen = globalThis.localStorage?.getItem(KEY);
  if (chosen === 'fr' || chosen === 'en') return chosen;
  return globalThis.navigator?.language?.startsWith('en') ? 'en' : 'fr';
}

let now = $state<Language>(first());

/** The language of the page, followed by whatever reads it in a component. */
export const language = {
  get now(): Language {
    return now;
  },
  set now(chosen: Language) {
    now = chosen;
    globalThis.localStorage?.setItem(KEY, chosen);
  },
  /** The tag dates and numbers are written in. */
  get tag(): 'fr-FR' | 'en-GB' {
    return now === 'fr' ? 'fr-FR' : 'en-GB';
  },
};

/** From the same words in both languages, what gives those of the page's language. */
export function wordsOf<T>(tables: Record<Language, T>): () => T {
  return () => tables[now];
}
