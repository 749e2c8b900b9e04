import { afterEach, describe, expect, it } from 'vitest';
import { actOf, nothing } from './keys';
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
  });
});
