// Points near each other as one ring: its colour is its gravest report's, and the thick part of it is the
// share of reports that grave, because in a large cluster one grave report would make all look grave.
// Pure: names images and writes the library's expressions. Changes when a cluster says something else.
import type { ClusterProperties } from './expression';
import { severityOf, type Severity } from '../design/severity';

/** Steps of the share drawn: a ring is cut in this many. */
export const STEPS = 16;

/** What the library sums up for each cluster: `s1` to `s5`, events of each severity. */
export const clusterProperties: ClusterProperties = Object.fromEntries(
  ([1, 2, 3, 4, 5] as const).map((level) => [
    `s${level}`,
    ['+', ['case', ['==', ['get', 'severity'], level], 1, 0]],
  ]),
);

/** How a cluster is drawn. */
export interface Ring {
  gravest: Severity;
  /** 1 to STEPS. */
  share: number;
  size: 'small' | 'middle' | 'large';
}

/** Outer radius of the ring, CSS pixels. */
export const radii: Record<Ring['size'], number> = { small: 17, middle: 21, large: 27 };

const gravestOf = ['case', ['>', ['get', 's5'], 0], 5, ['>', ['get', 's4'], 0], 4, ['>', ['get', 's3'], 0], 3, ['>', ['get', 's2'], 0], 2, 1];
const countOf = (level: unknown): unknown => ['get', ['concat', 's', ['to-string', level]]];
const shareOf = ['max', 1, ['round', ['*', STEPS, ['/', countOf(gravestOf), ['get', 'point_count']]]]];
const sizeOf = ['step', ['get', 'point_count'], 'small', 10, 'middle', 100, 'large'];

/** The library's expression for the name of a cluster's image. */
export const ringName: unknown[] = ['concat', 'ring/', gravestOf, '/', shareOf, '/', sizeOf];

/** The library's expression for the name of a point's image. */
export const markName: unknown[] = ['concat', 'mark/', ['get', 'severity']];

/** What an image's name asks for, or null. */
export function readName(name: string): { mark: Severity } | { ring: Ring } | null {
  const [kind, level = '', share = '', size = ''] = name.split('/');
  if (!/^[1-5]$/.test(level)) return null;
  const severity = severityOf(Number(level));
  if (kind === 'mark') return { mark: severity };
  const steps = Number(share);
  if (kind !== 'ring' || !Number.isInteger(steps) || steps < 1 || steps > STEPS) return null;
  if (size !== 'small' && size !== 'middle' && size !== 'large') return null;
  return { ring: { gravest: severity, share: steps, size } };
}

/** How many events of each severity a cluster holds, from the properties the library gives back. */
export function countsOf(properties: Record<string, unknown>): Record<Severity, number> {
  const count = (level: Severity): number => Number(properties[`s${level}`] ?? 0);
  return { 1: count(1), 2: count(2), 3: count(3), 4: count(4), 5: count(5) };
}
