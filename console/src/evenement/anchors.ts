// Where parts of the page stand, so that one part can lead to another. Changes when a part can be gone to.

/** The id of a report's facts on the page. */
export function reportAnchor(id: string): string {
  return `report-${id}`;
}
