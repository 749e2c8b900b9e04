import { describe, expect, it } from 'vitest';
import { deciding, divergencesOf, isSame, othersMeanwhile, type Decision } from './divergence';
import { aDivergence, anEvent, aReport, aWho, helene, whole } from './event.fixture';

const decision = (id: string, agent = 'samir'): Decision => ({
  id,
  value: whole(6),
  words: '6',
  reason: 'vu sur place',
  who: aWho({ agent, name: 'Samir Morel' }),
});

describe('a divergence', () => {
  it('is given back with exactly what was on screen, equal values of one author included', () => {
    const shown = aDivergence({ decisions: [decision('d1')], saw_decisions: ['d1'] });
    expect(deciding(shown, { change: 'c10' }, '  compté \n')).toEqual({
      key: 'facts/people_count',
      chosen: { change: 'c10' },
      saw: ['c6', 'c10', 'c10again'],
      saw_decisions: ['d1'],
      reason: 'compté',
    });
  });

  it('is another one on screen as soon as a value or a decision comes, or it is settled', () => {
    const shown = aDivergence();
    expect(isSame(shown, aDivergence())).toBe(true);
    expect(isSame(shown, aDivergence({ saw: ['c6', 'c10', 'c10again', 'c7'] }))).toBe(false);
    expect(isSame(shown, aDivergence({ saw_decisions: ['d1'] }))).toBe(false);
    expect(isSame(shown, aDivergence({ open: false }))).toBe(false);
  });

  it('tells the colleague who decided meanwhile, not oneself and not what was on screen', () => {
    const after = aDivergence({ decisions: [decision('d1'), decision('d2'), decision('d3', helene().agent)] });
    expect(othersMeanwhile(['d1'], after, helene().agent).map(({ id }) => id)).toEqual(['d2']);
    expect(othersMeanwhile(['d1'], null, helene().agent)).toEqual([]);
  });

  it('stands open in the order of reports, and stays once decided', () => {
    const decided = aDivergence({ key: 'facts/severity', open: false, decisions: [decision('d1')] });
    const one = aReport({ divergences: [decided, aDivergence()] });
    const two = aReport({ divergences: [aDivergence()] });
    const { open, decided: settled } = divergencesOf(anEvent([one, two]));
    expect(open.map(({ id }) => id)).toEqual([`${one.id}/facts/people_count`, `${two.id}/facts/people_count`]);
    expect(settled.map(({ divergence }) => divergence.key)).toEqual(['facts/severity']);
  });
});
