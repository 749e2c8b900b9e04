// The map's words in the page's language.
import { wordsOf } from '../words';
import { carteEn } from '../words/carte.en';
import { carteFr } from '../words/carte.fr';

export const carte = wordsOf({ fr: carteFr, en: carteEn });
