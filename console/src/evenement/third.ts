// A third value typed by a person: which editor a divergence asks for, and the value its text stands for.
// Changes when a kind of value can be typed another way.
import type { Catalogue } from '../api';
import type { Divergence } from './divergence';
import type { Fact } from './value';
import { fieldOf } from './words';

/** What one can pick. */
export interface Choice {
  code: string;
  label: string;
}

/** How a third value is typed. `none`: nobody can type it (a record of a later version). */
export type Editor =
  | { kind: 'choice'; choices: Choice[]; number: boolean }
  | { kind: 'flag' | 'integer' | 'decimal' | 'text' | 'date' | 'position' | 'none' }
  | { kind: 'period'; zoneMin: number };

/** Texts as typed: one for most values, two for a period, three for a position. */
export type Typed = readonly [string, string, string];

/** Why what was typed is no value: a code of the words file. */
export type Unreadable = 'needsValue' | 'notNumber' | 'notWhole' | 'notPlace' | 'notTime';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The editor for a divergence: by its values and the catalogue's choices. */
export function editorFor({ key, voices }: Divergence, catalogue: Catalogue | null): Editor {
  const field = fieldOf(key);
  const choices = key.startsWith('facts/') ? choicesOf(field, catalogue) : [];
  if (choices.length > 0) return { kind: 'choice', choices, number: field === 'severity' };
  const values = voices.map(({ value }) => value);
  const telling = values.find((value) => !(value.kind === 'text' && value.value.trim() === '')) ?? values[0];
  if (!telling) return { kind: 'none' };
  switch (telling.kind) {
    case 'record':
      return { kind: 'none' };
    case 'text':
      return { kind: DAY.test(telling.value) ? 'date' : 'text' };
    case 'period':
      return { kind: 'period', zoneMin: telling.zone_min };
    default:
      return { kind: telling.kind };
  }
}

function choicesOf(field: string, catalogue: Catalogue | null): Choice[] {
  if (!catalogue) return [];
  if (field === 'type') return catalogue.types.map(({ code, label }) => ({ code, label }));
  if (field === 'commune') return catalogue.communes.map(({ code, name }) => ({ code, label: name }));
  if (field === 'severity') return catalogue.severities.map((label, at) => ({ code: String(at + 1), label }));
  const prefix = `${field}/`;
  return Object.entries(catalogue.choices)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, label]) => ({ code: key.slice(prefix.length), label }));
}

/** The value that the typed texts stand for, or why they are none. */
export function readThird(editor: Editor, [first, second, third]: Typed): Fact | Unreadable {
  const text = first.trim();
  if (text === '' && editor.kind !== 'position') return 'needsValue';
  switch (editor.kind) {
    case 'none':
      return 'needsValue';
    case 'choice':
      return editor.number ? { kind: 'integer', value: Number(text) } : { kind: 'text', value: text };
    case 'flag':
      return { kind: 'flag', value: text === 'yes' };
    case 'integer':
      return readInteger(text);
    case 'decimal':
      return readDecimal(text);
    case 'text':
    case 'date':
      return { kind: 'text', value: first };
    case 'period':
      return readPeriod(text, second.trim(), editor.zoneMin);
    case 'position':
      return readPosition(text, second.trim(), third.trim());
  }
}

function readInteger(text: string): Fact | Unreadable {
  const plain = text.replace(/[\s\u00a0\u202f]/g, '');
  if (!/^[-+−]?\d+$/.test(plain)) return numberOf(text) === null ? 'notNumber' : 'notWhole';
  const value = Number(plain.replace('−', '-'));
  return Number.isSafeInteger(value) ? { kind: 'integer', value } : 'notNumber';
}

function readDecimal(text: string): Fact | Unreadable {
  const value = numberOf(text);
  return value === null ? 'notNumber' : { kind: 'decimal', value };
}

/** A decimal point or comma; null for anything that is no finite number. */
function numberOf(text: string): number | null {
  const plain = text.replace(/[\s\u00a0\u202f]/g, '').replace('−', '-').replace(',', '.');
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}

function readPeriod(from: string, to: string, zoneMin: number): Fact | Unreadable {
  const from_ms = new Date(from).getTime();
  const to_ms = to === '' ? from_ms : new Date(to).getTime();
  if (Number.isNaN(from_ms) || Number.isNaN(to_ms) || to_ms < from_ms) return 'notTime';
  return { kind: 'period', from_ms, to_ms, zone_min: zoneMin };
}

function readPosition(lat: string, lon: string, accuracy: string): Fact | Unreadable {
  if (lat === '' && lon === '') return 'needsValue';
  const [north, east, within] = [numberOf(lat), numberOf(lon), accuracy === '' ? 0 : numberOf(accuracy)];
  const fits = (value: number | null, most: number): value is number => value !== null && Math.abs(value) <= most;
  if (!fits(north, 90) || !fits(east, 180) || within === null || within < 0) return 'notPlace';
  return { kind: 'position', lat: north, lon: east, accuracy_m: within, provider: 'manual' };
}
