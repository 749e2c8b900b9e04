// The words of the event's page, in the page's language. Changes when a language is added.
import { en } from '../words/evenement.en';
import { fr } from '../words/evenement.fr';
import { language, wordsOf } from '../words';
import { en as questionsEn } from '../words/questions.en';
import { fr as questionsFr } from '../words/questions.fr';

/** What the page says. */
export const w = wordsOf({ fr, en });

const questions = wordsOf({ fr: questionsFr, en: questionsEn });

/** The catalogue's field of a key: `facts/people_count`, `person/<id>/role` → its last part. */
export function fieldOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** The question a divergence asks: the field's own, or one made of its label. */
export function questionOf(key: string, label: string): string {
  const field = fieldOf(key);
  const own = key.startsWith('facts/') && Object.hasOwn(questions(), field) ? questions()[field] : undefined;
  return own ?? w().divergence.fallback(label);
}

/** A sentence's first letter as a capital. */
export function opened(sentence: string): string {
  const [first = '', ...rest] = sentence;
  return first.toLocaleUpperCase(language.tag) + rest.join('');
}

/** A label inside a sentence: its first letter small, unless it is an acronym. */
export function inside(label: string): string {
  const [first = '', second = '', ...rest] = label;
  const keeps = second !== '' && second === second.toLocaleUpperCase(language.tag) && /\p{L}/u.test(second);
  return keeps ? label : first.toLocaleLowerCase(language.tag) + second + rest.join('');
}

/** Why an envelope is held, for a code of the server; a code that is not known here says itself. */
export function reasonWords(code: string): string {
  const { reasons, other } = w().quarantine;
  return Object.hasOwn(reasons, code) ? (reasons[code] ?? other(code)) : other(code);
}
