import { describe, expect, it } from 'vitest';
import { createExpression } from '@maplibre/maplibre-gl-style-spec';
import { countsOf, markName, readName, ringName, STEPS } from './clusters';

/** What the library makes of an expression for the properties of a point or a cluster. */
function evaluate(expression: unknown, properties: Record<string, unknown>): unknown {
  const made = createExpression(expression, 'layers[0].layout.icon-image');
  if (made.result === 'error') throw new Error(JSON.stringify(made.value));
  return made.value.evaluate({ zoom: 10 }, { type: 'Point', properties } as never);
}

const cluster = (s1: number, s2: number, s3: number, s4: number, s5: number) => ({
  s1, s2, s3, s4, s5, point_count: s1 + s2 + s3 + s4 + s5,
});

describe('a cluster', () => {
  it('is named by its gravest report and the share of reports that grave', () => {
    expect(evaluate(ringName, cluster(0, 0, 0, 2, 0))).toBe(`ring/4/${STEPS}/small`);
    expect(evaluate(ringName, cluster(8, 0, 0, 0, 8))).toBe(`ring/5/${STEPS / 2}/middle`);
  });

  it('shows a sliver, never nothing, for one grave report among very many', () => {
    expect(evaluate(ringName, cluster(0, 9_999, 0, 0, 1))).toBe('ring/5/1/large');
  });

  it('tells how many of each severity it holds', () => {
    expect(countsOf(cluster(1, 2, 3, 4, 5))).toEqual({ 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 });
  });
});

describe('the name of an image', () => {
  it('is read back as it was written', () => {
    expect(readName(String(evaluate(markName, { severity: 3 })))).toEqual({ mark: 3 });
    expect(readName(String(evaluate(ringName, cluster(0, 3, 0, 1, 0))))).toEqual({ ring: { gravest: 4, share: 4, size: 'small' } });
  });

  it.each(['', 'mark/', 'mark/6', 'ring/3', 'ring/3/0/small', 'ring/3/17/small', 'ring/3/4/huge', 'tree/3'])('%j is none of ours', (name) => {
    expect(readName(name)).toBeNull();
  });
});
