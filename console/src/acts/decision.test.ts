import { describe, expect, it, vi } from 'vitest';
import { decided, decision, done, eachInItsBrowser, line, page, pass, reading, server, tab } from './stage.fixture';

eachInItsBrowser();

describe('a decision that can be taken back', () => {
  const shown = { ...line, divergences: 2 };

  it('is_sent_after_ten_seconds_with_what_was_on_screen_and_counts_as_decided_meanwhile', async () => {
    const sent = server(() => Response.json({ eid: 'e', divergence: null }, { status: 201 }));
    const { hold, shownLine } = await page();
    hold({ ...decision, reports: ['aa'] } as never);
    expect(shownLine(shown).divergences).toBe(1);
    await pass(9_900);
    expect(sent).toEqual([]);
    await pass(200);
    expect(sent).toEqual([{ path: 'POST /v1/reports/aa/decisions', body: decision.body }]);
    expect([...tab.storage.keys()]).toEqual([]);
  });

  it('is_never_sent_once_taken_back_and_what_was_typed_is_there_again', async () => {
    const sent = server(done);
    const { cancel, hold, onTakenBack } = await page();
    const told: string[] = [];
    onTakenBack((act) => told.push(act.kind));
    expect(cancel(hold({ ...decision } as never))).toBe(true);
    await pass(60_000);
    expect(sent).toEqual([]);
    expect(told).toEqual(['decide']);
    expect(Object.fromEntries(tab.storage)).toEqual({
      'ronde.draft..decide.aa/facts/people_count': 'vidéo',
      'ronde.draft..decide.aa/facts/people_count.1': '6',
    });
  });

  it('stays_to_be_read_with_the_colleague_who_decided_meanwhile_and_stops_nothing', async () => {
    const divergence = { decisions: [decided('d0', 'samir'), decided('d1', 'nadia'), decided('d2', '')] };
    const sent = server(({ path }) => (path.endsWith('decisions') ? Response.json({ eid: 'e', divergence }) : done()));
    const { acts, dismiss, hold } = await page();
    hold({ ...decision } as never);
    hold({ ...reading, reports: ['aa'] });
    await pass(10_100);
    expect(acts.back.map(({ state, beside }) => [state, beside?.map(({ id }) => id)])).toEqual([['told', ['d1']]]);
    expect(sent.map(({ path }) => path)).toEqual(['POST /v1/reports/aa/decisions', 'POST /v1/reports/aa/read']);
    dismiss(acts.back[0]?.key ?? '');
    expect([acts.back, [...tab.storage.keys()]]).toEqual([[], []]);
  });

  it('is_looked_up_before_it_is_sent_again_when_its_answer_was_lost', async () => {
    let lost = true;
    const divergences = [{ key: decision.body.key, voices: [], decisions: [decided('d0', 'samir'), decided('d1', 'nadia')] }];
    const sent = server(({ path }) => {
      if (lost) return Promise.reject(new TypeError('lost'));
      return path.startsWith('GET') ? Response.json({ lifecycle: { linked: [] }, comments: [], divergences }) : done();
    });
    const { acts, hold } = await page();
    vi.spyOn(await import('../session.svelte').then(({ session }) => session), 'me', 'get').mockReturnValue({ agent: 'nadia' } as never);
    hold({ ...decision } as never);
    await pass(10_100);
    expect(sent).toHaveLength(1);
    lost = false;
    await pass(5_100);
    expect(sent).toHaveLength(1);
    expect([acts.held, acts.back]).toEqual([[], []]);
  });
});

describe('a link that can be taken back', () => {
  const link = { kind: 'link', reports: ['aa', 'cc'], title: 'Rixe', pairs: [['aa', 'cc']], linked: true, how: 'link' } as const;

  it('is_sent_pair_by_pair_after_ten_seconds_and_never_once_taken_back', async () => {
    const sent = server(() => new Response(null, { status: 204 }));
    const { cancel, hold } = await page();
    hold({ ...link, reports: ['aa', 'bb', 'cc'], pairs: [['aa', 'bb'], ['aa', 'cc']], linked: false, how: 'unlink' });
    cancel(hold({ ...link, reports: ['dd'], pairs: [['dd', 'ee']] }));
    await pass(10_100);
    expect(sent).toEqual([
      { path: 'POST /v1/reports/aa/links', body: { other: 'bb', linked: false } },
      { path: 'POST /v1/reports/aa/links', body: { other: 'cc', linked: false } },
    ]);
  });

  it('is_not_said_twice_when_its_answer_was_lost', async () => {
    let lost = true;
    const sent = server(() => (lost ? Promise.reject(new TypeError('lost')) : Response.json({ lifecycle: { linked: ['cc'] } })));
    const { acts, hold } = await page();
    hold({ ...link, reports: ['aa', 'cc'], pairs: [['aa', 'cc']] });
    await pass(10_100);
    lost = false;
    await pass(5_100);
    expect([sent.length, acts.held]).toEqual([1, []]);
  });
});
