// Severity marks and cluster rings as images of the map, drawn from the same shapes as everywhere.
// Changes when a mark or a ring is drawn otherwise.
import { letters, ring as innerRing, shapes, type Severity } from '../design/severity';
import { radii, readName, STEPS, type Ring } from './clusters';
import type { Palette } from './palette';

/** Side of a mark and width of its halo, CSS pixels. */
const MARK = 22;
const HALO = 3;
/** Side of the mark at a ring's corner. */
const CORNER = 15;
const FAMILY = "'Atkinson Hyperlegible Next', system-ui, sans-serif";

type Pen = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

/** The image a name asks for, or null for a name that is none of ours. `ratio`: device pixels per CSS pixel. */
export function drawImage(name: string, palette: Palette, ratio: number): ImageData | null {
  const asked = readName(name);
  if (!asked) return null;
  const side = 'mark' in asked ? MARK + 2 * HALO : 2 * (radii[asked.ring.size] + CORNER / 2 + HALO);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.ceil(side * ratio);
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return null;
  pen.scale(ratio, ratio);
  if ('mark' in asked) drawMark(pen, asked.mark, palette, [HALO, HALO], MARK);
  else drawRing(pen, asked.ring, palette, side);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function drawMark(pen: Pen, level: Severity, palette: Palette, at: [number, number], side: number): void {
  const scale = side / 24;
  pen.save();
  pen.translate(...at);
  pen.scale(scale, scale);
  const shape = new Path2D(shapes[level]);
  pen.lineJoin = 'round';
  pen.lineWidth = (2 * HALO) / scale;
  pen.strokeStyle = palette.land;
  pen.stroke(shape);
  pen.fillStyle = palette.fill[level];
  pen.fill(shape);
  if (level === 5) {
    pen.lineWidth = 1.4;
    pen.strokeStyle = palette.on[5];
    pen.stroke(new Path2D(innerRing));
  }
  pen.fillStyle = palette.on[level];
  pen.font = `700 ${level === 3 ? 11 : 12.5}px ${FAMILY}`;
  pen.textAlign = 'center';
  pen.fillText(letters[level], 12, level === 3 ? 19.3 : 16.4);
  pen.restore();
}

function drawRing(pen: Pen, { gravest, share, size }: Ring, palette: Palette, side: number): void {
  const radius = radii[size];
  const middle = side / 2;
  const circle = (r: number, from = 0, turns = 1): void => {
    pen.beginPath();
    pen.arc(middle, middle, r, from, from + turns * 2 * Math.PI);
  };
  circle(radius + 1.5);
  pen.fillStyle = palette.land;
  pen.fill();
  circle(radius - 0.5);
  pen.fillStyle = palette.raised;
  pen.fill();
  pen.strokeStyle = palette.fill[gravest];
  pen.lineWidth = 1.5;
  circle(radius - 1.25);
  pen.stroke();
  pen.lineWidth = 4.5;
  // From the corner mark on, clockwise: what is that grave hangs on its mark.
  circle(radius - 2.75, -Math.PI / 4, share / STEPS);
  pen.stroke();
  const corner = middle + radius * Math.SQRT1_2;
  const up = middle - radius * Math.SQRT1_2;
  drawMark(pen, gravest, palette, [corner - CORNER / 2, up - CORNER / 2], CORNER);
}
