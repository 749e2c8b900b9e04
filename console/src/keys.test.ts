import { afterEach, describe, expect, it } from 'vitest';
import { actOf, nothing } from './keys';
import { KEYS } from './keytable';
import { settings } from './settings.svelte';

const press = (key: string, more: object = {}) =>
  ({ key, defaultPrevented: false, ctrlKey: false, metaKey: false, altKey: false, repeat: false, target: null, ...more }) as unknown as KeyboardEvent;

const keys = { l: () => undefined, ArrowDown: () => undefined };
afterEach(() => void (settings.keys = true));

describe('a key', () => {
  it('acts_in_either_case', () => {
    expect(actOf(keys, press('l'))).toBe(keys.l);
    expect(actOf(keys, press('L'))).toBe(keys.l);
    expect(actOf(keys, press('x'))).toBeUndefined();
    expect(actOf(keys, press('constructor'))).toBeUndefined();
  });

  it('is_a_letter_while_somebody_types', () => {
    for (const tagName of ['INPUT', 'TEXTAREA', 'SELECT']) expect(actOf(keys, press('l', { target: { tagName } }))).toBeUndefined();
    expect(actOf(keys, press('l', { target: { isContentEditable: true } }))).toBeUndefined();
  });

  it('is_the_browsers_with_a_modifier', () => {
    for (const held of ['ctrlKey', 'metaKey', 'altKey']) expect(actOf(keys, press('l', { [held]: true }))).toBeUndefined();
  });

  it('held_down_moves_on_and_decides_once', () => {
    expect(actOf(keys, press('l', { repeat: true }))).toBe(nothing);
    expect(actOf(keys, press('ArrowDown', { repeat: true }))).toBe(keys.ArrowDown);
    expect(actOf(keys, press('x', { repeat: true }))).toBeUndefined();
  });

  it('decides_nothing_when_keys_are_off_and_still_moves', () => {
    settings.keys = false;
    expect(actOf(keys, press('l'))).toBeUndefined();
    expect(actOf(keys, press('ArrowDown'))).toBe(keys.ArrowDown);
    const help = () => undefined;
    expect(actOf({ '?': help }, press('?', { shiftKey: true }))).toBe(help);
  });
});

/** What stands between a bracket and its own end. */
function argumentOf(text: string, from: number): string {
  let depth = 0;
  for (let at = text.slice(from).search(/[({]/) + from; at < text.length; at += 1) {
    if ('([{'.includes(text[at] ?? '')) depth += 1;
    if (')]}'.includes(text[at] ?? '') && (depth -= 1) === 0) return text.slice(from, at);
  }
  return '';
}

describe('the table of keys', () => {
  // The other way round is a matter of types: `listenKeys` takes no key that the table does not have.
  it('has_no_key_that_nobody_listens_to', () => {
    const files = import.meta.glob('./**/*.{svelte,ts}', { query: '?raw', import: 'default', eager: true }) as Record<string, string>;
    const listening = Object.entries(files)
      .filter(([name]) => !name.endsWith('.test.ts') && name !== './keys.ts')
      .flatMap(([, text]) => [...text.matchAll(/listenKeys\(|: KeyMap = \{/g)].map(({ index }) => argumentOf(text, index)))
      .join('\n');
    // Triage takes its keys from the table by name; digits are made of numbers.
    const { triage: _triage, ...others } = KEYS;
    expect(listening).toContain('KEYS.triage[deed]');
    for (const key of Object.values(others).flatMap((acts) => Object.values(acts).flat() as string[])) {
      if (/\d/.test(key)) continue;
      expect(listening, key).toMatch(new RegExp(`(?:\\b${key.replace(/\W/g, '\\W')}|'${key.replace(/\W/g, '\\$&')}'): `));
    }
  });
});
