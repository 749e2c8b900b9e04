// The five marks of severity: shape and letter. Shared by the component and the map's images.

/** 1 (information) to 5 (critical). */
export type Severity = 1 | 2 | 3 | 4 | 5;

/** What fills a 24 × 24 box: circle, square, triangle, diamond, octagon. */
export const shapes: Record<Severity, string> = {
  1: 'M12 1.5a10.5 10.5 0 1 1 0 21a10.5 10.5 0 1 1 0 -21z',
  2: 'M5.5 2h13a3.5 3.5 0 0 1 3.5 3.5v13a3.5 3.5 0 0 1 -3.5 3.5h-13a3.5 3.5 0 0 1 -3.5 -3.5v-13a3.5 3.5 0 0 1 3.5 -3.5z',
  3: 'M12 1.6 23.2 21a1 1 0 0 1 -.9 1.6H1.7A1 1 0 0 1 .8 21z',
  4: 'M12 .4 23.6 12 12 23.6 .4 12z',
  5: 'M7.2 .6h9.6l6.6 6.6v9.6l-6.6 6.6H7.2L.6 16.8V7.2z',
};

/** The ring inside the octagon, drawn in the letter's colour. */
export const ring = 'M8 2.7h8l5.3 5.3v8L16 21.3H8L2.7 16V8z';

/** The letter on each mark: the same in every language. */
export const letters: Record<Severity, string> = { 1: 'I', 2: 'F', 3: 'M', 4: 'G', 5: 'C' };

/** A severity for whatever number arrived: what lies outside 1 to 5 is drawn as the nearest. */
export function severityOf(value: number): Severity {
  return Math.min(5, Math.max(1, Math.round(value))) as Severity;
}
