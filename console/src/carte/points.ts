// Where events are, as the map takes them. Changes with the server's points.
import type { FeatureCollection, Point as GeoPoint } from 'geojson';

/** Leading report, latitude, longitude (degrees), severity, number of reports. */
export type Point = [id: string, lat: number, lon: number, severity: number, reports: number];

/** What a point carries on the map; `place` is its place in the server's order, the gravest first. */
export interface Carried {
  id: string;
  severity: number;
  place: number;
}

/** The points as GeoJSON. */
export function featuresOf(points: readonly Point[]): FeatureCollection<GeoPoint, Carried> {
  return {
    type: 'FeatureCollection',
    features: points.map(([id, lat, lon, severity], place) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties: { id, severity, place },
    })),
  };
}

/** West, south, east, north, degrees. */
export type Frame = [number, number, number, number];

/** Which points lie within a frame. */
export function within(points: readonly Point[], frame: Frame): Set<string> {
  const [west, south, east, north] = frame;
  const inside = new Set<string>();
  for (const [id, lat, lon] of points) {
    if (lat >= south && lat <= north && lon >= west && lon <= east) inside.add(id);
  }
  return inside;
}
