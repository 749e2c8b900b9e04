// What the map is made of: land, borders, names, points, rings; as the library's style. No tile, no glyph
// file, no other host. Changes when the map shows another layer.
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { clusterProperties, markName, ringName } from './clusters';
import type { Palette } from './palette';

const TEXT = ['Atkinson Hyperlegible Next'];
/** The first name is no family: the library reads the weight from it, and draws with the second. */
const BOLD = ['Bold', 'Atkinson Hyperlegible Next'];
const nothing = { type: 'FeatureCollection' as const, features: [] };

/** Within how many CSS pixels points become one ring, and up to which zoom. */
const CLUSTER_RADIUS = 46;
const CLUSTER_ZOOM = 15;

/** Sources: communes, names, points; empty until they are read. */
export const sources: StyleSpecification['sources'] = {
  communes: { type: 'geojson', data: nothing },
  names: { type: 'geojson', data: nothing },
  points: {
    type: 'geojson',
    data: nothing,
    cluster: true,
    clusterRadius: CLUSTER_RADIUS,
    clusterMaxZoom: CLUSTER_ZOOM,
    clusterProperties,
  },
  chosen: { type: 'geojson', data: nothing },
};

/** The layers, from the ground up. */
export function layersOf(palette: Palette): LayerSpecification[] {
  return [...ground(palette), ...names(palette), ...events(palette)];
}

/** The whole style. */
export function styleOf(palette: Palette): StyleSpecification {
  return { version: 8, sources, layers: layersOf(palette) };
}

function ground(palette: Palette): LayerSpecification[] {
  const police = ['==', ['get', 'force'], 'police'];
  return [
    { id: 'outside', type: 'background', paint: { 'background-color': palette.outside } },
    {
      id: 'land',
      type: 'fill',
      source: 'communes',
      paint: { 'fill-color': ['case', police, palette.landPn, palette.land] as never, 'fill-antialias': false },
    },
    {
      id: 'borders',
      type: 'line',
      source: 'communes',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': palette.border, 'line-width': 0.7 },
    },
  ];
}

function names(palette: Palette): LayerSpecification[] {
  const police = ['==', ['get', 'force'], 'police'];
  return [
    {
      id: 'names',
      type: 'symbol',
      source: 'names',
      layout: {
        'text-field': ['get', 'nom'],
        'text-font': ['case', police, ['literal', BOLD], ['literal', TEXT]] as never,
        'text-size': ['interpolate', ['linear'], ['zoom'], 9, 12, 13, 15],
        'text-max-width': 9,
        'text-padding': 4,
        'symbol-sort-key': ['case', police, 0, 1] as never,
        // Beside a ring that stands on the town: the name is moved before it is left out.
        'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right', 'top-left', 'top-right'],
        'text-radial-offset': 2.4,
      },
      paint: {
        'text-color': ['case', police, palette.text, palette.muted] as never,
        'text-halo-color': palette.land,
        'text-halo-width': 1.75,
      },
    },
  ];
}

function events(palette: Palette): LayerSpecification[] {
  const grouped = ['has', 'point_count'];
  const shown = { 'icon-allow-overlap': true, 'icon-ignore-placement': false };
  return [
    {
      id: 'chosen',
      type: 'circle',
      source: 'chosen',
      paint: {
        'circle-radius': 20,
        'circle-color': palette.accent,
        'circle-opacity': 0.16,
        'circle-stroke-color': palette.accent,
        'circle-stroke-width': 2,
      },
    },
    {
      id: 'points',
      type: 'symbol',
      source: 'points',
      filter: ['!', grouped] as never,
      layout: { ...shown, 'icon-image': markName as never, 'symbol-sort-key': ['get', 'severity'] },
    },
    {
      id: 'rings',
      type: 'symbol',
      source: 'points',
      filter: grouped as never,
      layout: {
        ...shown,
        'icon-image': ringName as never,
        'text-field': ['get', 'point_count_abbreviated'],
        'text-font': BOLD,
        'text-size': 15,
        'text-allow-overlap': true,
        'symbol-sort-key': ['get', 'point_count'],
      },
      paint: { 'text-color': palette.text },
    },
  ];
}
