// The territory as the server gives it, split into what is drawn: land, names, frame, zones.
// Refuses to know colours. Changes with the server's GeoJSON.
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';

interface Commune {
  insee: string;
  nom: string;
  label: [number, number];
  force: 'police' | 'gendarmerie' | null;
}

/** What `GET /v1/territory` answers. */
export type Territory = FeatureCollection<Polygon | MultiPolygon, Commune> & {
  name?: string;
  attribution?: string;
};

export interface Ground {
  communes: Territory;
  names: FeatureCollection;
  /** West, south, east, north, degrees. */
  frame: [number, number, number, number];
  police: number;
  gendarmerie: number;
  attribution: string;
}

/** Splits a territory. */
export function groundOf(territory: Territory): Ground {
  const count = (force: string): number => territory.features.filter((one) => one.properties.force === force).length;
  const names: Feature[] = territory.features.map(({ properties }) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: properties.label },
    properties: { nom: properties.nom, force: properties.force },
  }));
  return {
    communes: territory,
    names: { type: 'FeatureCollection', features: names },
    frame: frameOf(territory),
    police: count('police'),
    gendarmerie: count('gendarmerie'),
    attribution: territory.attribution ?? '',
  };
}

function frameOf(territory: Territory): Ground['frame'] {
  const frame: Ground['frame'] = [180, 90, -180, -90];
  for (const { geometry } of territory.features) {
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    for (const [outer] of polygons) for (const at of outer ?? []) widen(frame, at);
  }
  return frame;
}

function widen(frame: Ground['frame'], [lon = 0, lat = 0]: Position): void {
  frame[0] = Math.min(frame[0], lon);
  frame[1] = Math.min(frame[1], lat);
  frame[2] = Math.max(frame[2], lon);
  frame[3] = Math.max(frame[3], lat);
}
