import { describe, expect, it } from 'vitest';
import { groundOf, type Territory } from './ground';
import { featuresOf, within, type Point } from './points';

const points: Point[] = [
  ['a', 48.45, 1.5, 5, 2],
  ['b', 48.5, 1.4, 1, 1],
];

describe('points', () => {
  it('become places with longitude first, in the order of the server', () => {
    const [first, second] = featuresOf(points).features;
    expect(first?.geometry.coordinates).toEqual([1.5, 48.45]);
    expect(first?.properties).toEqual({ id: 'a', severity: 5, place: 0 });
    expect(second?.properties.place).toBe(1);
  });

  it('are in a view to its very edge', () => {
    expect([...within(points, [1.5, 48.45, 1.6, 48.5])]).toEqual(['a']);
    expect([...within(points, [1.4, 48.45, 1.5, 48.5])]).toEqual(['a', 'b']);
    expect(within([], [0, 0, 1, 1]).size).toBe(0);
  });
});

describe('the ground', () => {
  const commune = (insee: string, force: string | null, west: number) => ({
    type: 'Feature',
    geometry: { type: 'MultiPolygon', coordinates: [[[[west, 48], [west + 1, 48], [west + 1, 49], [west, 48]]]] },
    properties: { insee, nom: insee, label: [west + 0.7, 48.3], force },
  });
  const territory = {
    type: 'FeatureCollection',
    features: [commune('1', 'police', 1), commune('2', 'gendarmerie', 2), commune('3', null, 3)],
  } as unknown as Territory;

  it('is framed by all its pieces, and counts the zones that somebody told', () => {
    const ground = groundOf(territory);
    expect(ground.frame).toEqual([1, 48, 4, 49]);
    expect([ground.police, ground.gendarmerie]).toEqual([1, 1]);
    expect(ground.names.features).toHaveLength(3);
    expect(ground.attribution).toBe('');
  });
});
