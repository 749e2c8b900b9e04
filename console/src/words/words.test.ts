import { describe, expect, it } from 'vitest';
import { en } from './en';
import { fr } from './fr';

type Words = { [key: string]: unknown };

function* strings(words: Words, path = ''): Generator<[string, string]> {
  for (const [key, word] of Object.entries(words)) {
    const here = `${path}.${key}`;
    if (typeof word === 'string') yield [here, word];
    else if (typeof word === 'function') yield [here, String((word as (...given: unknown[]) => unknown)(2, 2))];
    else yield* strings(word as Words, here);
  }
}

// Functions of these words take texts or lists where others take numbers.
const said = (words: Words): [string, string][] => {
  const { filters, ...plain } = words as { filters: Words } & Words;
  const { sentence: _sentence, severity: _severity, ...others } = filters;
  return [...strings(plain), ...strings(others)];
};

describe('the words of the console', () => {
  it('are_the_same_in_both_languages', () => {
    const keys = (words: Words): string[] => said(words).map(([key]) => key);
    expect(keys(en)).toEqual(keys(fr));
  });

  it('follow_the_rules_of_french_micro_copy', () => {
    for (const [key, word] of said(fr)) {
      expect(word, key).not.toMatch(/ [:;?!»]|« |'|!|veuillez|Oups/i);
    }
  });

  it('are_never_empty', () => {
    for (const [key, word] of [...said(fr), ...said(en)]) expect(word.trim(), key).not.toBe('');
  });
});
