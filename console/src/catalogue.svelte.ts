// The catalogue's words (types, fields, communes) and whom a report can be assigned to, read once per
// language and session. Changes when a screen needs another list of the server.
import { api, got, refusalFrom, type Assignees, type Catalogue } from './api';
import { language, type Language } from './words';

let catalogue = $state.raw<Catalogue | null>(null);
let spoken: Language | null = null;
let assignees = $state.raw<Assignees | null>(null);

/** Lists of the server; null until they are read. */
export const lists = {
  get catalogue(): Catalogue | null {
    return catalogue;
  },
  get assignees(): Assignees | null {
    return assignees;
  },
};

/** Reads the catalogue in the page's language. What cannot be read stays as it was: codes stand for words. */
export async function readCatalogue(): Promise<void> {
  const wanted = language.now;
  if (spoken === wanted) return;
  try {
    catalogue = await got(api.GET('/v1/catalogue', { params: { query: { lang: wanted } } }));
    spoken = wanted;
  } catch (thrown) {
    refusalFrom(thrown);
  }
}

/** Reads whom a report can be assigned to, anew each time it is asked. */
export async function readAssignees(): Promise<void> {
  assignees = await got(api.GET('/v1/assignees'));
}
