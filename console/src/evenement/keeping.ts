// The focus inside an event while news replace what had it. Changes when parts of the page lose it otherwise.

/** What can take the focus in a part of the page. */
const CONTROLS = 'button:not(:disabled), a[href], input, select, textarea';

/**
 * Call it before the content of `page` is replaced: what it gives back, called after, brings the focus to the part
 * that had it, when what had it is gone; to the page itself when the part is gone too.
 */
export function holdFocus(page: HTMLElement): () => void {
  const had = document.activeElement;
  const part = had?.closest<HTMLElement>('[data-part]')?.dataset['part'];
  if (!had || !page.contains(had)) return () => undefined;
  return () => {
    if (had.isConnected || document.activeElement !== document.body) return;
    const same = part ? page.querySelector<HTMLElement>(`[data-part="${part}"] :is(${CONTROLS})`) : null;
    (same ?? page).focus({ preventScroll: true });
  };
}
