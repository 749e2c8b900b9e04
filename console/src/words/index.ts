// The console's words: `t()` gives them in the page's language. A screen with many words has its own
// pair of files (evenement.fr.ts, evenement.en.ts) and its own `wordsOf`.
import { en } from './en';
import { fr } from './fr';
import { wordsOf } from './language.svelte';

export { language, wordsOf, type Language } from './language.svelte';
export { age, clock, date, day, dayAndTime, number, span } from './time';

/** The words of the shell and the Boîte, in the page's language. */
export const t = wordsOf({ fr, en });
