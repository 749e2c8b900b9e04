// Which acts that came back are told on the part of the page they are about, in sight: those are not told twice.
// Changes when an act is told in another place too.
import { SvelteSet } from 'svelte/reactivity';

const inSight = new SvelteSet<string>();

/** Somebody can see it where it belongs. */
export function isInSight(key: string): boolean {
  return inSight.has(key);
}

/** Keeps whether the node that tells an act is in sight. Gives back what ends it. */
export function watchSight(node: Element, key: string): () => void {
  const watch = new IntersectionObserver((all) => {
    if (all.at(-1)?.isIntersecting) inSight.add(key);
    else inSight.delete(key);
  });
  watch.observe(node);
  return () => {
    watch.disconnect();
    inSight.delete(key);
  };
}
