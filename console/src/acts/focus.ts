// Where the focus goes when the button that had it is gone with its act. Changes when that place does.
import { tick } from 'svelte';

/**
 * Call it before what holds the focus goes: the nearest part around `from` that is still there and can take
 * the focus (`tabindex="-1"`) has it then, unless something else took it.
 */
export function keepFocus(from: Element | undefined): void {
  if (!from?.contains(document.activeElement)) return;
  const around: HTMLElement[] = [];
  for (let one = from.parentElement; one; one = one.parentElement) if (one.tabIndex === -1 && one.hasAttribute('tabindex')) around.push(one);
  void tick().then(() => {
    if (document.activeElement !== document.body) return;
    around.find((one) => one.isConnected)?.focus({ preventScroll: true });
  });
}
