import { beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../api';
import { aLine } from '../boite/line.fixture';
import { language } from '../words';
import type { Divergence } from './divergence';
import { aDivergence, aFact, anEvent, aReport, at, helene, text } from './event.fixture';
import { gravestWords, observedWords, sentenceOf, tagsOf } from './headline';
import type { Fact } from './value';

beforeEach(() => (language.now = 'fr'));

const occurred: Fact = { kind: 'period', from_ms: at(41), to_ms: at(55), zone_min: 60, observed_ms: at(46) };
const placed = () =>
  aReport({
    facts: [
      aFact('facts/occurred', occurred, ''),
      aFact('facts/address', text('place des Épars'), 'place des Épars'),
      aFact('facts/line', text('A'), 'A'),
      aFact('facts/direction', text('M'), 'La Madeleine'),
    ],
  });

describe('the title', () => {
  it('says when, where, whose zone, which line', () => {
    expect(sentenceOf(anEvent([placed()]), at(72))).toBe(
      'Aujourd’hui de 22:41 à 22:55 · place des Épars · Chartres, zone police · ligne A vers La Madeleine',
    );
  });

  it('says that the place is unknown rather than nothing', () => {
    const event = anEvent([aReport()]);
    event.line = { ...event.line, commune: null, commune_name: null, force: null };
    expect(sentenceOf(event, at(72))).toBe('Aujourd’hui à 22:41 · Lieu inconnu');
  });

  it('says both times when they are over five minutes apart, and only then', () => {
    expect(observedWords(anEvent([placed()]), at(72))).toBe('Observé à 22:46, écrit à 22:52');
    const soon = placed();
    const event = anEvent([soon]);
    event.line = { ...event.line, recorded_ms: at(51) };
    expect(observedWords(event, at(72))).toBe('');
  });

  it('says whose the gravest severity is when the reports differ in it, and who decided it', () => {
    const of = (severity: number, author_name: string, divergences: Divergence[] = []) =>
      aReport({ line: aLine({ severity, author_name }), divergences });
    const decided = aDivergence({
      key: 'facts/severity',
      open: false,
      decisions: [{ id: 'd1', reason: 'vu', value: null, who: helene() }],
    });
    const gravest = (...reports: Report[]) => {
      const event = anEvent(reports);
      event.line.severity = Math.max(...reports.map(({ line }) => line?.severity ?? 0));
      return gravestWords(event);
    };
    expect(gravest(of(3, 'Inès'), of(3, 'Samir'))).toBe('');
    expect(gravest(of(3, 'Inès', [decided]), of(4, 'Samir'))).toBe('Gravité la plus haute\u00a0: grave, rapport de Samir.');
    expect(gravest(of(3, 'Samir'), of(4, 'Inès', [decided]))).toBe(
      'Gravité la plus haute\u00a0: grave, rapport d’Inès, décision d’Hélène Marchand.',
    );
  });

  it('says the state with who and when, then what asks for somebody', () => {
    const report = aReport({ status: 'read' });
    report.lifecycle.read = { what: 'read', at_ms: at(72), reason: null, assignee: null, heads: [], who: helene() };
    const event = anEvent([report]);
    event.line = { ...event.line, status: 'read', quarantined: 1, to_complete: true, reports: 2 };
    expect(tagsOf(event, event.line, at(80)).map(({ kind, words }) => [kind, words])).toEqual([
      ['read', 'Lu par Hélène Marchand à 23:12'],
      ['line', '2\u00a0rapports, 1\u00a0événement'],
      ['needs-you', '1 mis à l’écart'],
      ['line', 'À compléter'],
    ]);
  });

  it('shows an act that is held as done, without the words of an older state', () => {
    const event = anEvent([aReport()]);
    const words = (assigned_to: string | null): string | undefined =>
      tagsOf(event, { ...event.line, status: 'assigned', assigned_to }, at(80), 'Hélène Marchand')[0]?.words;
    expect(words(null)).toBe('Affecté');
    expect(words('pm-centre')).toBe('Affecté à pm-centre');
    expect(words('Hélène Marchand')).toBe('Pris en charge\u00a0: Hélène Marchand');
  });

  it('shows a state of a newer server as it is', () => {
    const event = anEvent([aReport()]);
    expect(tagsOf(event, { ...event.line, status: 'constructor' }, at(80))[0]?.words).toBe('constructor');
  });
});
