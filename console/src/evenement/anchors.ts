// Where parts of the page stand, so that one part can lead to another. Changes when a part can be gone to.
import { bringUp } from './scrolling';

/** The id of the facts that differ between the reports of an event, side by side. */
export const DIFFERENCES = 'differences';

/** The id of one fact of a report. */
export function factAnchor(id: string, key: string): string {
  return `fact-${id}-${key.replace(/\W+/g, '-')}`;
}

/** Brings a part of the page under the eyes and gives it the focus; false when it is not there. */
export function lead(anchor: string): boolean {
  const target = document.getElementById(anchor);
  if (!target) return false;
  bringUp(target);
  target.focus({ preventScroll: true });
  return true;
}

/** The id of a report's facts on the page. */
export function reportAnchor(id: string): string {
  return `report-${id}`;
}
