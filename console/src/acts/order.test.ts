import { describe, expect, it } from 'vitest';
import { die, done, eachInItsBrowser, page, pass, problem, reading, server, type Sent } from './stage.fixture';

eachInItsBrowser();

describe('acts on the same report', () => {
  const paths = (sent: Sent[]): string[] => sent.map(({ path }) => path.split('/').slice(3).join(' '));

  it('leave_one_after_another_in_the_order_they_were_made_while_others_do_not_wait', async () => {
    const answers: (() => void)[] = [];
    const sent = server(() => new Promise<Response>((answer) => answers.push(() => answer(done()))));
    const { hold, leaveAll } = await page();
    hold({ ...reading, reports: ['aa', 'bb'] });
    hold({ ...reading, reports: ['bb'], kind: 'assign', to: 'pm-centre' });
    hold({ ...reading, reports: ['bb'], kind: 'close', reason: 'traité' });
    hold({ ...reading, reports: ['zz'] });
    leaveAll();
    const said: string[][] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      await pass(0);
      said.push(paths(sent.splice(0)));
      answers.splice(0).forEach((answer) => answer());
    }
    expect(said).toEqual([['aa read', 'zz read'], ['bb read'], ['bb assign'], ['bb close'], [], []]);
  });

  it('wait_for_one_that_was_refused_until_somebody_read_why_and_only_those_on_its_report', async () => {
    const sent = server(({ path }) => (path.endsWith('assign') ? problem('not-allowed', 403) : done()));
    const { acts, cancel, dismiss, hold, waitsFor } = await page();
    hold({ ...reading, reports: ['aa'], kind: 'assign', to: 'pm-centre' });
    const behind = hold({ ...reading, reports: ['aa'], kind: 'close', reason: 'traité' });
    const taken = hold({ ...reading, reports: ['aa'], kind: 'comment', text: 'Où ?' });
    hold({ ...reading, reports: ['zz'] });
    await pass(60_000);
    expect(paths(sent)).toEqual(['aa assign', 'zz read']);
    expect(acts.held.map(({ key }) => key)).toEqual([behind, taken]);
    expect(acts.held.map((act) => waitsFor(act)?.kind)).toEqual(['assign', 'assign']);
    expect(cancel(taken)).toBe(true);
    dismiss(acts.back[0]?.key ?? '');
    expect(acts.last?.key).toBe(behind);
    await pass(9_900);
    expect(paths(sent)).toEqual(['aa assign', 'zz read']);
    await pass(200);
    expect(paths(sent)).toEqual(['aa assign', 'zz read', 'aa close']);
  });

  it('keep_their_order_over_pages_that_died', async () => {
    server(() => new Promise<Response>(() => undefined));
    const [one, other] = [await page(), await page()];
    await one.begin();
    await other.begin();
    one.hold({ ...reading, reports: ['zz'] });
    other.hold({ ...reading, reports: ['aa'] });
    await pass(1_000);
    one.hold({ ...reading, reports: ['aa'], kind: 'close', reason: 'traité' });
    die();
    const sent = server(done);
    const next = await page();
    await next.begin();
    await pass(0);
    expect(paths(sent)).toEqual(['zz read', 'aa read', 'aa close']);
  });
});
