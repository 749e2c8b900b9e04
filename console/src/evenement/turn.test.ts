import { describe, expect, it } from 'vitest';
import { divergencesOf, type Standing } from './divergence';
import { aDivergence, anEvent, aReport } from './event.fixture';
import { Turn } from './turn.svelte';

const [people, place] = [aDivergence(), aDivergence({ key: 'place', saw: ['p1', 'p2'] })];
/** The divergences that stand open, as they are read. */
function standing(...divergences: (typeof people)[]): Standing[] {
  return divergencesOf(anEvent([aReport({ id: 'aa', divergences })])).open;
}
const corrected = { ...people, saw: ['c6', 'c10', 'c12'] };

describe('the card of what differs', () => {
  it('stays_under_the_hand_when_one_decided_before_is_open_again_because_a_phone_corrected_it', () => {
    let open = standing(people, place);
    const turn = new Turn(() => open);
    turn.keepUp(false);
    expect(turn.shown?.divergence).toEqual(people);
    // The first is decided: the second has its turn.
    open = standing(place);
    turn.pass();
    turn.keepUp(false);
    expect(turn.shown?.divergence).toEqual(place);
    open = standing(corrected, place);
    for (const busy of [true, false]) {
      turn.keepUp(busy);
      expect([turn.shown?.divergence, turn.latest?.divergence, turn.asked]).toEqual([place, place, false]);
    }
  });

  it('is_there_again_when_its_decision_is_taken_back_and_nobody_asked_for_its_digits', () => {
    let open = standing(people, place);
    const turn = new Turn(() => open);
    turn.call('aa/facts/people_count');
    expect(turn.asked).toBe(true);
    open = standing(place);
    turn.pass();
    turn.keepUp(false);
    open = standing(people, place);
    turn.comeBack('aa/facts/people_count');
    turn.keepUp(true);
    expect([turn.shown?.divergence, turn.asked]).toEqual([people, false]);
  });

  it('shows_what_changed_only_to_whoever_asks_while_somebody_is_busy_with_it', () => {
    let open = standing(people);
    const turn = new Turn(() => open);
    turn.keepUp(false);
    open = standing(corrected);
    turn.keepUp(true);
    expect([turn.shown?.divergence, turn.latest?.divergence]).toEqual([people, corrected]);
    turn.renew();
    expect(turn.shown?.divergence).toEqual(corrected);
    // A colleague decides it: somebody reads it still, then nobody does.
    open = standing(place);
    turn.keepUp(true);
    expect(turn.shown?.divergence).toEqual(corrected);
    turn.keepUp(false);
    expect(turn.shown?.divergence).toEqual(place);
  });
});
