// Which keycaps are shown: none when keys are switched off, none on a narrow page, which has no keyboard.
// Changes when the rule does.
import { narrow } from '../boite/narrow.svelte';
import { settings } from '../settings.svelte';

/** The cap for a key, or none. */
export function capOf(key: string): string | undefined {
  return settings.keys && !narrow.now ? key : undefined;
}
