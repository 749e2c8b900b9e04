// Bringing a part of the page under the eyes without moving anything but its own pane.
// Changes when panes scroll another way.

/** Room left above what is brought up, CSS pixels. */
const ABOVE = 12;

/** The pane that scrolls a node: the page around it never does. */
export function paneOf(node: Element): Element | null {
  for (let pane = node.parentElement; pane; pane = pane.parentElement) {
    const scrolls = ['auto', 'scroll'].includes(getComputedStyle(pane).overflowY);
    if (scrolls && pane.scrollHeight > pane.clientHeight) return pane;
  }
  return null;
}

/** Scrolls the node's pane so that the node begins at its top. */
export function bringUp(node: Element): void {
  const pane = paneOf(node);
  if (pane) pane.scrollTop += node.getBoundingClientRect().top - pane.getBoundingClientRect().top - ABOVE;
}

/** What stands in a pane, by which a reader knows where they are. */
const LANDMARKS = 'h3, h4, li, dt, [data-statement]';

/**
 * Call it before a pane's content is replaced: what it gives back, called after, puts what stood first under
 * the reader's eyes where it was. A pane that was not scrolled stays at its top.
 */
export function holdStill(pane: Element): () => void {
  const top = pane.getBoundingClientRect().top;
  const stood =
    pane.scrollTop === 0
      ? []
      : [...pane.querySelectorAll(LANDMARKS)]
          .map((node) => ({ node, at: node.getBoundingClientRect().top }))
          .filter(({ at }) => at >= top);
  return () => {
    const still = stood.find(({ node }) => node.isConnected);
    if (still) pane.scrollTop += still.node.getBoundingClientRect().top - still.at;
  };
}
