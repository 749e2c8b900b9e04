// Whether the page is one column: under 768 CSS pixels, as the style sheets have it.

const query = globalThis.matchMedia?.('(max-width: 767px)');
let matches = $state(query?.matches ?? false);
query?.addEventListener('change', (change) => (matches = change.matches));

/** The page is one column. */
export const narrow = {
  get now(): boolean {
    return matches;
  },
};
