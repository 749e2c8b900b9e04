import { beforeEach, describe, expect, it } from 'vitest';
import { language } from '../words';
import { aDivergence, anEvent, aReport, aStep, at, aWho, helene, karim, putFact, whole } from './event.fixture';
import { foldedOf, MOST_LINES, timelineOf, type History, type Item } from './timeline';

beforeEach(() => (language.now = 'fr'));

const event = (write: object, key = 'event/x') =>
  ({ key, label: 'Suite donnée', words: null, replaced: [], ...write }) as unknown as History['handling'][number]['writes'][number];
const told = (items: Item[]) => items.map(({ name, verb }) => [name, verb].filter(Boolean).join(' '));

describe('who wrote what, when', () => {
  it('tells deposits, receipts with their number, corrections and acts in order', () => {
    const report = aReport({ number: '2026-004127' });
    const history: History = {
      report: [
        aStep(aWho(), [putFact('facts/people_count', whole(6), '6')], true),
        aStep(karim({ written_ms: at(61), received_ms: at(62) }), [putFact('facts/people_count', whole(10), '10', [whole(6)])]),
      ],
      handling: [
        aStep(helene(), [event({ entry: 'event', what: 'read' })]),
        aStep(helene({ written_ms: at(80) }), [event({ entry: 'event', what: 'close', reason: 'rappel à l’ordre' })]),
      ],
    };
    const items = timelineOf(anEvent([report]), new Map([[report.id, history]]), at(90));
    expect(told(items)).toEqual([
      'Inès Benali dépose, version 1',
      'Reçu, rapport d’Inès Benali',
      'Karim Oudji corrige\u00a0: people_count',
      'Reçu, ajout de Karim Oudji',
      'Hélène Marchand lit',
      'Hélène Marchand clôt',
    ]);
    expect(items[0]).toMatchObject({ dot: 'offline', meta: expect.stringContaining('écrit à 22:52, reçu à 22:58') });
    expect(items[0]?.meta).toContain('hors réseau');
    expect(items[1]).toMatchObject({ dot: 'receipt', meta: 'Numéro 2026-004127, accusé signé' });
    expect(items[2]?.detail).toEqual([{ label: 'people_count', text: '6 → 10' }]);
    expect(items[5]?.meta).toBe('Motif\u00a0: rappel à l’ordre');
  });

  it('tells one receipt for everything received at once', () => {
    const report = aReport();
    const steps = [aStep(aWho(), [], true), aStep(aWho({ written_ms: at(53) }), [putFact('facts/x', whole(1), '1')])];
    const items = timelineOf(anEvent([report]), new Map([[report.id, { report: steps, handling: [] }]]), at(90));
    expect(items.filter(({ dot }) => dot === 'receipt')).toHaveLength(1);
  });

  it('tells an act on every report of an event once, and a link once for both sides', () => {
    const one = aReport();
    const two = aReport({ line: null, first_version: { change: 'x', is_first: true, who: karim(), writes: [] } });
    const handling = (other: string, late: number) => [
      aStep(helene({ written_ms: at(72) + late }), [event({ entry: 'event', what: 'assign', assignee: 'Hélène Marchand' })]),
      aStep(helene({ written_ms: at(73) + late }), [event({ entry: 'link', other, linked: true }, 'link/x')]),
    ];
    const histories = new Map([
      [one.id, { report: [], handling: handling(two.id, 0) }],
      [two.id, { report: [], handling: handling(one.id, 900) }],
    ]);
    expect(told(timelineOf(anEvent([one, two]), histories, at(90)))).toEqual([
      'Hélène Marchand prend en charge',
      'Hélène Marchand lie les rapports d’Inès Benali et de Karim Oudji',
    ]);
  });

  it('tells since when values differ: since the second was received', () => {
    const report = aReport({ divergences: [aDivergence()] });
    const [item] = timelineOf(anEvent([report]), new Map(), at(90));
    expect(item).toMatchObject({ dot: 'asks', atMs: at(62), verb: 'Une valeur diffère', meta: 'Nombre de personnes' });
  });

  it('tells what was set aside in words, even for a reason of a newer server', () => {
    const held = {
      eid: 'e', seq: 1, report: null, doc: 'd', state: 'quarantined', releasable: true, agent: 'a', agent_name: 'Karim Oudji',
      unit: 'u', device: 'd', written_ms: at(1), received_ms: at(2),
    };
    const report = aReport({ held: [{ ...held, reason: 'revoked' }, { ...held, eid: 'f', reason: 'toString' }] });
    const metas = timelineOf(anEvent([report]), new Map(), at(90)).map(({ meta }) => meta);
    expect(metas[0]).toBe('Envoyé par un appareil révoqué.');
    expect(metas[1]).toContain('toString');
  });

  it('folds the middle of a long history and loses no line', () => {
    const items = Array.from({ length: 40 }, (_, i) => ({ key: String(i) }) as Item);
    const { head, hidden, tail } = foldedOf(items);
    expect(head.length + hidden + tail.length).toBe(40);
    expect(tail.at(-1)?.key).toBe('39');
    expect(foldedOf(items.slice(0, MOST_LINES)).hidden).toBe(0);
  });
});
