import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
// @ts-expect-error: a plain script, without types.
import { sheet } from '../../scripts/tokens.mjs';

describe('the style sheet of tokens', () => {
  it('says_what_design_tokens_json_says', () => {
    const tokens: unknown = JSON.parse(readFileSync(new URL('../../../design/tokens.json', import.meta.url), 'utf8'));
    expect((sheet as (from: unknown) => string)(tokens)).toBe(readFileSync(new URL('tokens.css', import.meta.url), 'utf8'));
  });
});
