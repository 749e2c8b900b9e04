import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../api';
import { aDivergence, aWho, text } from './event.fixture';
import { editorFor, readThird, type Editor } from './third';
import type { Fact } from './value';

const catalogue: Catalogue = {
  types: [],
  roles: {},
  fields: {},
  choices: { 'weapons/none': 'Aucune', 'weapons/blunt': 'Objet contondant', 'weapons_seen/x': 'non' },
  severities: ['Information', 'Faible', 'Modérée', 'Grave', 'Critique'],
  communes: [{ code: '28085', name: 'Chartres', force: 'PN' }],
};
const diverging = (key: string, ...values: Fact[]) =>
  aDivergence({ key, voices: values.map((value, i) => ({ value, words: '', change: `c${i}`, who: aWho() })) });
const read = (editor: Editor, ...texts: string[]) => readThird(editor, [texts[0] ?? '', texts[1] ?? '', texts[2] ?? '']);

describe('a third value', () => {
  it('is picked where the catalogue has choices, and only those of its field', () => {
    const editor = editorFor(diverging('facts/weapons', text('none'), text('blunt')), catalogue);
    expect(editor).toEqual({
      kind: 'choice',
      number: false,
      choices: [
        { code: 'none', label: 'Aucune' },
        { code: 'blunt', label: 'Objet contondant' },
      ],
    });
    expect(read(editor, 'blunt')).toEqual(text('blunt'));
  });

  it('is a number for a severity, a code for a commune', () => {
    const severity = editorFor(diverging('facts/severity', { kind: 'integer', value: 3 }), catalogue);
    expect(read(severity, '4')).toEqual({ kind: 'integer', value: 4 });
    const commune = editorFor(diverging('facts/commune', text('28085')), catalogue);
    expect(commune.kind === 'choice' && commune.choices).toEqual([{ code: '28085', label: 'Chartres' }]);
  });

  it('is typed by the kind of the values, an answer taken back telling nothing', () => {
    const kinds = (...values: Fact[]) => editorFor(diverging('facts/delay', ...values), catalogue).kind;
    expect(kinds({ kind: 'integer', value: 1 })).toBe('integer');
    expect(kinds(text(''), { kind: 'decimal', value: 1 })).toBe('decimal');
    expect(kinds({ kind: 'flag', value: true })).toBe('flag');
    expect(kinds(text('2026-12-21'))).toBe('date');
    expect(kinds(text('bleu'))).toBe('text');
    expect(kinds(text(''))).toBe('text');
    expect(kinds({ kind: 'record', bytes: 'a50a' })).toBe('none');
  });

  it('reads numbers as people write them and refuses the others', () => {
    const integer: Editor = { kind: 'integer' };
    expect(read(integer, ' 1 200 ')).toEqual({ kind: 'integer', value: 1200 });
    expect(read(integer, '2,5')).toBe('notWhole');
    expect(read(integer, 'une dizaine')).toBe('notNumber');
    expect(read(integer, '9'.repeat(30))).toBe('notNumber');
    expect(read({ kind: 'decimal' }, '2,5')).toEqual({ kind: 'decimal', value: 2.5 });
    for (const bad of ['1e400', 'NaN', 'Infinity', '0x10', '1,2,3', '']) {
      expect(typeof read({ kind: 'decimal' }, bad), bad).toBe('string');
    }
  });

  it('keeps a text verbatim', () => {
    expect(read({ kind: 'text' }, ' <b>vu</b> ')).toEqual(text(' <b>vu</b> '));
    expect(read({ kind: 'text' }, '   ')).toBe('needsValue');
  });

  it('reads a period in the machine’s time and refuses an end before the beginning', () => {
    const period: Editor = { kind: 'period', zoneMin: 60 };
    const from = '2026-11-23T22:41';
    expect(read(period, from, '2026-11-23T22:55')).toEqual({
      kind: 'period',
      from_ms: new Date(from).getTime(),
      to_ms: new Date(from).getTime() + 14 * 60_000,
      zone_min: 60,
    });
    expect(read(period, from, '2026-11-23T22:40')).toBe('notTime');
    expect(read(period, from)).toMatchObject({ to_ms: new Date(from).getTime() });
  });

  it('reads coordinates on Earth only', () => {
    const place: Editor = { kind: 'position' };
    expect(read(place, '48,4461', '1.4892', '8')).toEqual({ kind: 'position', lat: 48.4461, lon: 1.4892, accuracy_m: 8, provider: 'manual' });
    expect(read(place, '91', '0')).toBe('notPlace');
    expect(read(place, '48', '')).toBe('notPlace');
    expect(read(place, '48', '1', '-3')).toBe('notPlace');
    expect(read(place, '', '')).toBe('needsValue');
  });
});
