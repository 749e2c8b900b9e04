// The drawn map: one object of the library, told what to draw, telling what was touched. Knows the library;
// refuses to know the server and the screen around it. Changes with the library.
import { Map as Library, type GeoJSONSource, type MapMouseEvent } from 'maplibre-gl';
import { countsOf } from './clusters';
import type { Ground } from './ground';
import { drawImage } from './images';
import { layersOf, styleOf } from './layers';
import type { Palette } from './palette';
import { featuresOf, type Carried, type Frame, type Point } from './points';
import type { Severity } from '../design/severity';
import { allowWorker } from './worker';

/** What somebody touched: an event, or a ring with the events in it, the gravest first. */
export type Touched =
  | { kind: 'event'; id: string; at: [number, number] }
  | { kind: 'ring'; ids: string[]; counts: Record<Severity, number>; at: [number, number]; zoom: number };

export interface Told {
  /** Null: the bare land. */
  touched(what: Touched | null): void;
  /** The view moved; its frame. */
  moved(frame: Frame): void;
  /** A frame was drawn: what hangs on a place of the map has moved. */
  drawn(): void;
  /** The territory is drawn. */
  stands(): void;
  /** The map stopped for good. */
  broken(): void;
}

/** What floats over the map at its edges, CSS pixels: nothing worth seeing is brought there. */
export interface Covered {
  left: number;
  right: number;
  bottom: number;
}

/** Events of one ring that are read at most. */
const MOST_LEAVES = 500;
const FARTHEST_ZOOM = 7;
const NEAREST_ZOOM = 18;

export class Chart {
  #map: Library;
  #palette: Palette;
  #ready: Promise<void>;

  /** Throws when the browser has no WebGL 2. */
  constructor(box: HTMLElement, palette: Palette, title: string, private readonly tell: Told) {
    allowWorker();
    this.#palette = palette;
    this.#map = new Library({
      container: box,
      style: styleOf(palette),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      renderWorldCopies: false,
      fadeDuration: 0,
      minZoom: FARTHEST_ZOOM,
      maxZoom: NEAREST_ZOOM,
      locale: { 'Map.Title': title },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#ready = this.#begin();
  }

  async #begin(): Promise<void> {
    const map = this.#map;
    map.setMissingStyleImageResolver(async (name: string) => this.#draw(name));
    map.on('click', (click) => void this.#touch(click));
    map.on('moveend', () => this.tell.moved(this.frame));
    map.on('render', () => this.tell.drawn());
    for (const layer of ['points', 'rings']) {
      map.on('mouseenter', layer, () => map.getCanvas().classList.add('over'));
      map.on('mouseleave', layer, () => map.getCanvas().classList.remove('over'));
    }
    map.on('error', ({ error }) => {
      // A style that cannot be drawn is ours to mend: it must be seen by whoever looks at the console.
      console.error(error);
      if (!map.loaded()) this.tell.broken();
    });
    // Names are drawn by the browser's own text engine: in our typeface only once it is here.
    await document.fonts.load('700 15px "Atkinson Hyperlegible Next"').catch(() => []);
    if (!map.loaded()) await map.once('load');
  }

  /** Draws another territory; shows all of it. */
  async land(ground: Ground, covered: Covered): Promise<void> {
    await this.#ready;
    this.#source('communes').setData(ground.communes);
    this.#source('names').setData(ground.names);
    this.#map.setMaxBounds(widened(ground.frame));
    this.show(ground.frame, covered);
    void this.#map.once('idle').then(() => this.tell.stands());
  }

  /** Shows a frame whole, beside what stands at the sides; what comes and goes at the bottom may cover some of it. */
  show(frame: Frame, { left, right }: Covered): void {
    const padding = { top: 24, bottom: 24, right: 24 + right, left: 24 + left };
    this.#map.fitBounds(frame, { padding, animate: false });
  }

  /** Draws other points. */
  async put(points: readonly Point[]): Promise<void> {
    await this.#ready;
    this.#source('points').setData(featuresOf(points));
  }

  /** Marks a place, or none. */
  async mark(at: [number, number] | null): Promise<void> {
    await this.#ready;
    const geometry = { type: 'Point' as const, coordinates: at ?? [] };
    const features = at ? [{ type: 'Feature' as const, geometry, properties: {} }] : [];
    this.#source('chosen').setData({ type: 'FeatureCollection', features });
  }

  /** Draws in other colours. */
  async paint(palette: Palette): Promise<void> {
    await this.#ready;
    this.#palette = palette;
    for (const layer of layersOf(palette)) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) {
        this.#map.setPaintProperty(layer.id, name as never, value as never);
      }
    }
    for (const name of this.#map.listImages()) this.#map.removeImage(name);
    // The images were taken away: a layer that asks for them anew has them drawn anew.
    for (const layer of ['points', 'rings']) {
      const icon = this.#map.getLayoutProperty(layer, 'icon-image');
      this.#map.setLayoutProperty(layer, 'icon-image', '');
      this.#map.setLayoutProperty(layer, 'icon-image', icon);
    }
  }

  /** Brings a place into view if it is not: nothing moves that can be seen already. */
  reveal(at: [number, number], covered: Covered): void {
    const { x, y } = this.place(at);
    const { clientWidth: width, clientHeight: height } = this.#map.getContainer();
    const across = x > covered.left + 40 && x < width - covered.right - 40;
    const down = y > 40 && y < height - covered.bottom - 40;
    if (!across || !down) this.#map.easeTo({ center: at, offset: middle(covered), duration: 200 });
  }

  /** Goes to a place, so near that a ring opens. */
  approach(at: [number, number], zoom: number, covered: Covered): void {
    this.#map.easeTo({ center: at, zoom: Math.min(zoom + 0.5, NEAREST_ZOOM), offset: middle(covered), duration: 200 });
  }

  nearer(): void {
    this.#map.zoomIn({ duration: 200 });
  }

  farther(): void {
    this.#map.zoomOut({ duration: 200 });
  }

  /** Where a place stands in the box, CSS pixels. */
  place(at: [number, number]): { x: number; y: number } {
    return this.#map.project(at);
  }

  /** West, south, east, north of what is shown. */
  get frame(): Frame {
    const bounds = this.#map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  end(): void {
    this.#map.remove();
  }

  #source(name: string): GeoJSONSource {
    return this.#map.getSource(name) as GeoJSONSource;
  }

  #draw(name: string): void {
    const ratio = Math.max(2, globalThis.devicePixelRatio);
    const image = drawImage(name, this.#palette, ratio);
    if (image && !this.#map.hasImage(name)) this.#map.addImage(name, image, { pixelRatio: ratio });
  }

  async #touch(click: MapMouseEvent): Promise<void> {
    // A finger is wider than a mark.
    const { x, y } = click.point;
    const [found] = this.#map.queryRenderedFeatures([[x - 8, y - 8], [x + 8, y + 8]], { layers: ['rings', 'points'] });
    if (found?.geometry.type !== 'Point') return this.tell.touched(null);
    const [lon = 0, lat = 0] = found.geometry.coordinates;
    const at: [number, number] = [lon, lat];
    const ring: unknown = found.properties['cluster_id'];
    if (typeof ring !== 'number') return this.tell.touched({ kind: 'event', id: String(found.properties['id']), at });
    const points = this.#source('points');
    const [leaves, zoom] = await Promise.all([
      points.getClusterLeaves(ring, MOST_LEAVES, 0),
      points.getClusterExpansionZoom(ring),
    ]);
    const inside = leaves.map((leaf) => leaf.properties as Carried).sort((one, other) => one.place - other.place);
    this.tell.touched({ kind: 'ring', ids: inside.map(({ id }) => id), counts: countsOf(found.properties), at, zoom });
  }
}

/** From the middle of the box to the middle of what is not covered. */
const middle = ({ left, right, bottom }: Covered): [number, number] => [(left - right) / 2, -bottom / 2];

/** Room around a territory: its edge can be brought to the middle of what is not covered. */
function widened([west, south, east, north]: Frame): Frame {
  const wide = 2 * Math.max(east - west, 0.02);
  const high = 2 * Math.max(north - south, 0.02);
  return [west - wide, Math.max(-85, south - high), east + wide, Math.min(85, north + high)];
}
