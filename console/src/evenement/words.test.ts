import { describe, expect, it } from 'vitest';
import { en } from '../words/evenement.en';
import { fr } from '../words/evenement.fr';
import { en as questionsEn } from '../words/questions.en';
import { fr as questionsFr } from '../words/questions.fr';

/** Every text of a table; functions are called with numbers and names. */
function* texts(table: object, path = ''): Generator<[string, string]> {
  for (const [key, value] of Object.entries(table)) {
    const where = `${path}.${key}`;
    if (typeof value === 'string') yield [where, value];
    else if (typeof value === 'object' && value !== null) yield* texts(value as object, where);
    else if (typeof value === 'function' && key !== 'join') {
      const said: unknown = (value as (...given: unknown[]) => unknown)(2, 2, 2);
      if (typeof said === 'string') yield [where, said];
    }
  }
}
const keys = (table: object): string[] => [...texts(table)].map(([key]) => key).sort();

describe('the words of an event', () => {
  it('are the same in both languages', () => {
    expect(keys(en)).toEqual(keys(fr));
    expect(Object.keys(questionsEn)).toEqual(Object.keys(questionsFr));
  });

  it('keep to French typography: curly apostrophes, no-break spaces, no exclamation, no « veuillez »', () => {
    for (const [where, said] of [...texts(fr), ...Object.entries(questionsFr)]) {
      expect(said, where).not.toMatch(/['!]|veuillez|oups/i);
      expect(said, where).not.toMatch(/[^\u00a0] ?[?;]|[a-zé] ?:(?=\s|$)/);
    }
  });
});
