import { beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../api';
import { language } from '../words';
import { aDivergence, aFact, anEvent, aReport, aStep, at, aWho, karim, putFact, text, whole } from './event.fixture';
import { versionsOf, wasChanged } from './facts';
import { glimpsesOf } from './glance';
import { linksOf } from './linking';
import { onlyOnce } from './once';
import { valueWords } from './value';
import { howWritten, shortId } from './who';
import { inside, questionOf } from './words';

beforeEach(() => (language.now = 'fr'));

describe('a fact', () => {
  it('shows version 1 and every later value, in causal order', () => {
    const steps = [
      aStep(aWho(), [putFact('facts/people_count', whole(6), '6'), putFact('facts/x', whole(1), '1')], true),
      aStep(karim(), [putFact('facts/people_count', whole(10), '10', [whole(6)])]),
    ];
    expect(versionsOf('facts/people_count', steps).map(({ words, first }) => [words, first])).toEqual([
      ['6', true],
      ['10', false],
    ]);
  });

  it('offers versions only when something else than version 1 was written', () => {
    const first = aStep(aWho({ eid: 'seal' }), [putFact('facts/a', whole(1), '1')], true);
    const report = aReport({ first_version: first });
    expect(wasChanged(report, aFact('facts/a', whole(1), '1', aWho({ eid: 'seal' })))).toBe(false);
    expect(wasChanged(report, aFact('facts/a', whole(2), '2', aWho({ eid: 'other' })))).toBe(true);
    expect(wasChanged(report, aFact('facts/b', whole(1), '1', aWho({ eid: 'other' })))).toBe(true);
  });

  it('tells at a glance every value that somebody wrote, and who wrote which while they differ', () => {
    const one = aReport({
      facts: [{ ...aFact('facts/people_count', whole(6), '6'), diverges: true }],
      divergences: [aDivergence()],
    });
    const two = aReport({ facts: [aFact('facts/people_count', whole(7), '7'), aFact('facts/people_count', whole(6), '6')] });
    const said = (...reports: Report[]) => glimpsesOf(anEvent(reports), at(0)).map(({ words }) => words);
    expect(said(one, two)).toEqual(['6 selon Inès Benali, 10 selon Karim Oudji, 7 selon Inès Benali']);
    const other = aReport({ facts: [aFact('facts/people_count', whole(7), '7', karim())] });
    expect(said(two, other)).toEqual(['7 selon Inès Benali et Karim Oudji, 6 selon Inès Benali']);
    expect(said(other)).toEqual(['7']);
  });

  it('says an answer taken back, a position, a period over midnight and an unreadable record', () => {
    expect(valueWords(text('  '), at(0), '  ')).toBe('Réponse retirée');
    expect(valueWords({ kind: 'position', lat: 48.44612, lon: 1.5, accuracy_m: 8 }, at(0))).toBe('48,44612\u00a0; 1,5, à 8\u00a0m près');
    const over = { kind: 'period', from_ms: at(100), to_ms: at(140), zone_min: 60 } as const;
    expect(valueWords(over, at(72))).toBe('Aujourd’hui 23:40 – mardi 24 novembre 00:20');
    expect(valueWords({ kind: 'record', bytes: 'a50a0b' }, at(0))).toContain('3\u00a0octets');
  });
});

describe('words around a fact', () => {
  it('ask the field’s own question, or one made of its label', () => {
    expect(questionOf('facts/people_count', 'Nombre de personnes')).toBe('Combien de personnes\u00a0?');
    expect(questionOf('facts/hologram', 'Hologramme')).toBe('Hologramme\u00a0: quelle valeur retenir\u00a0?');
    expect(questionOf('facts/toString', 'x')).toBe('x\u00a0: quelle valeur retenir\u00a0?');
    expect(questionOf('person/ab/line', 'Ligne')).toBe('Ligne\u00a0: quelle valeur retenir\u00a0?');
  });

  it('make a label small inside a sentence, but no acronym', () => {
    expect(inside('Nombre')).toBe('nombre');
    expect(inside('OPJ avisé')).toBe('OPJ avisé');
    expect(inside('')).toBe('');
  });

  it('say how something was written', () => {
    expect(howWritten(aWho(), at(72))).toBe('Écrit à 22:52 hors réseau, reçu à 22:58');
    const tomorrow = at(72) + 86_400_000;
    expect(howWritten(aWho(), tomorrow)).toBe('Écrit hier à 22:52 hors réseau, reçu à 22:58');
    expect(howWritten(aWho({ received_ms: tomorrow }), tomorrow + 86_400_000)).toBe('Écrit le 23 nov. à 22:52 hors réseau, reçu hier à 23:12');
    expect(howWritten(aWho({ received_ms: null, doubtful_time: true }), at(72))).toContain('pas encore reçu, heure à vérifier');
    expect(shortId('000000000000000000000000000291c0')).toBe('0002\u00a091c0');
  });
});

describe('reports of one event', () => {
  it('are parted by every link that holds one of them, whichever side knows it', () => {
    const [a, b, c] = [aReport(), aReport(), aReport()];
    a.lifecycle.linked = [b.id];
    c.lifecycle.linked = [a.id];
    expect(linksOf(anEvent([a, b, c]), a.id)).toEqual([[a.id, b.id], [a.id, c.id]]);
    expect(linksOf(anEvent([a, b, c]), b.id)).toEqual([[b.id, a.id]]);
  });

  it('tell an act once when it was given to each within two seconds', () => {
    const acts = [0, 1_900, 60_000].map((atMs) => ({ who: 'h', what: 'read', atMs }));
    expect(onlyOnce(acts, (act) => act).map(({ atMs }) => atMs)).toEqual([0, 60_000]);
    expect(onlyOnce(acts, () => null)).toHaveLength(3);
  });
});
