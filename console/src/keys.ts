// Single keys that act. Silent while somebody types, while a dialog is open, with a modifier held, and when
// they are switched off in the settings. Changes when the rule of silence does.
import { ALWAYS, REPEATING, type ActingKey } from './keytable';
import { settings } from './settings.svelte';

/** What each key does: `{ l: readAndNext, Enter: open, '/': search }`. Only keys that the table has. */
export type KeyMap = { [Key in ActingKey]?: ((press: KeyboardEvent) => void) | undefined };

/** Swallowed, so that the browser does not press a focused button again either. */
export const nothing = (): void => undefined;

/** Somebody types there. */
export function typing(target: EventTarget | null): boolean {
  const element = target as Partial<HTMLElement> | null;
  return /^(INPUT|TEXTAREA|SELECT)$/.test(element?.tagName ?? '') || element?.isContentEditable === true;
}

/** The act of a key press, if it is one. */
export function actOf(keys: KeyMap, press: KeyboardEvent): ((press: KeyboardEvent) => void) | undefined {
  if (press.defaultPrevented || press.ctrlKey || press.metaKey || press.altKey) return;
  if (typing(press.target)) return;
  if (!settings.keys && !ALWAYS.has(press.key)) return;
  const name = (press.key.length === 1 ? press.key.toLowerCase() : press.key) as ActingKey;
  if (!Object.hasOwn(keys, name)) return;
  // A key held down decides once, never the next thing too.
  return press.repeat && !REPEATING.has(name) ? nothing : keys[name];
}

/**
 * Listens for keys as long as the component lives: `$effect(() => listenKeys({ d: compare }))`.
 * Gives back what ends it.
 */
export function listenKeys(keys: KeyMap): () => void {
  const pressed = (press: KeyboardEvent): void => {
    if (document.querySelector('dialog[open]')) return;
    const act = actOf(keys, press);
    if (!act) return;
    press.preventDefault();
    act(press);
  };
  addEventListener('keydown', pressed);
  return () => removeEventListener('keydown', pressed);
}
