import { describe, expect, it } from 'vitest';
import { countsOf } from './counts';
import { aLine } from './line.fixture';

const isOpen = ({ status }: { status: string }): boolean => status !== 'closed';

describe('the counts of a list', () => {
  it('agree_with_its_rows_while_a_closing_is_held_and_after_the_server_has_it', () => {
    const [held, closed, open] = [aLine({ severity: 4 }), aLine({ severity: 2, status: 'closed' }), aLine({ severity: 4 })];
    const shown = (line: typeof held) => (line === held ? { ...line, status: 'closed' } : line);
    // The server counts the held one still, and the closed one no more.
    const counted = { total: 2, bySeverity: [0, 0, 0, 2, 0] };
    const counts = countsOf([held, closed, open], counted, shown, isOpen);
    expect(counts).toEqual({ total: 1, bySeverity: [0, 0, 0, 1, 0], since: [0, 1, 0, 1, 0] });
  });

  it('are_the_servers_when_nothing_was_decided_since', () => {
    const counted = { total: 7, bySeverity: [0, 3, 0, 4, 0] };
    expect(countsOf([aLine()], counted, (line) => line, isOpen)).toEqual({ ...counted, since: [0, 0, 0, 0, 0] });
  });
});
