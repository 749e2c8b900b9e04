import { describe, expect, it } from 'vitest';
import { aFact, aReport, aStatement, at, aWho, karim } from './event.fixture';
import { columnsOf } from './statements';

describe('what each one saw', () => {
  it('stands in one column per author and report, as they were filed', () => {
    const one = aReport({ statements: [aStatement({ who: karim() }), aStatement()] });
    const two = aReport({ statements: [aStatement({ who: karim() })] });
    const columns = columnsOf([one, two]);
    expect(columns.map(({ name, report }) => [name, report])).toEqual([
      ['Karim Oudji', one.id],
      ['Inès Benali', one.id],
      ['Karim Oudji', two.id],
    ]);
  });

  it('keeps a later text as a part of its own, verbatim', () => {
    const later = aStatement({ text: '  Vitre étoilée.\n\n', at_ms: at(61), supersedes: 'x' });
    const [column] = columnsOf([aReport({ statements: [aStatement(), later] })]);
    expect(column?.parts.map((part) => part.text)).toEqual(['Six individus s’empoignent.', '  Vitre étoilée.\n\n']);
  });

  it('never joins two writers that nobody knows', () => {
    const columns = columnsOf([aReport({ statements: [aStatement({ who: null }), aStatement({ who: null })] })]);
    expect(columns).toHaveLength(2);
  });

  it('says who has nothing to state, and nothing for a report still to be completed', () => {
    const silent = aReport({ facts: [aFact('facts/no_statement', { kind: 'flag', value: true }, 'oui', aWho())] });
    expect(columnsOf([silent]).map(({ nothing, name }) => [nothing, name])).toEqual([[true, 'Inès Benali']]);
    expect(columnsOf([aReport()])).toEqual([]);
  });
});
