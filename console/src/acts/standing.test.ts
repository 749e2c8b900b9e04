import { describe, expect, it, vi } from 'vitest';
import { decision, done, eachInItsBrowser, page, pass, problem, reading, server } from './stage.fixture';

eachInItsBrowser();

describe('an act that does not leave', () => {
  it('is_shown_to_a_person_who_tries_again_or_gives_it_up_and_stops_nothing_for_ever', async () => {
    let broken = true;
    const sent = server(({ path }) => {
      if (broken && path.includes('/aa/close')) return problem('defect', 500);
      return path.startsWith('GET') ? Response.json({ lifecycle: {}, comments: [] }) : done();
    });
    const { acts, dismiss, hold, retry } = await page();
    const { cameBack } = await import('./saying');
    const key = hold({ ...reading, reports: ['aa'], kind: 'close', reason: 'traité' });
    hold({ ...reading, reports: ['aa'] });
    await pass(10_100);
    expect(acts.back).toEqual([]);
    await pass(60_000);
    const tries = sent.length;
    expect(acts.back.map((act) => cameBack(act))[0]).toMatch(/N’est pas parti.*Défaut du serveur.*Peut être déjà parti\.$/);
    await pass(60_000);
    expect(sent.length).toBe(tries);
    retry(key);
    await pass(60_000);
    expect([acts.back.length, sent.length]).toEqual([1, 2 * tries]);
    dismiss(key);
    await pass(10_100);
    expect([acts.held, acts.back, sent.at(-1)?.path]).toEqual([[], [], 'POST /v1/reports/aa/read']);
    broken = false;
  });

  it('comes_back_when_the_page_itself_is_at_fault', async () => {
    const faults = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    server(() => Response.json({ eid: 'e', divergence: { decisions: 7 } }));
    const { acts, hold } = await page();
    hold({ ...decision } as never);
    await pass(10_100);
    expect(acts.back.map(({ state, why, maybeGone }) => [state, why !== undefined, maybeGone])).toEqual([['refused', true, true]]);
    expect(faults).toHaveBeenCalled();
  });
});

describe('what is already there', () => {
  const me = { agent: 'nadia' };
  const report = (change: object) => ({ id: 'aa', lifecycle: {}, comments: [], divergences: [], ...change }) as never;

  async function lookedUp(act: object, change: object): Promise<boolean> {
    vi.resetModules();
    server(() => Response.json(report(change)));
    const { session } = await import('../session.svelte');
    vi.spyOn(session, 'me', 'get').mockReturnValue(me as never);
    const { standing } = await import('./standing');
    return (await standing({ reports: ['aa'], madeMs: 1_000_000, ...act } as never, 'aa')) !== null;
  }

  it('is_a_question_that_was_not_there_before_in_the_same_words', async () => {
    const asked = (id: string, written_ms: number) => ({ id, text: 'Où ?', who: { ...me, written_ms } });
    const question = { kind: 'comment', text: 'Où ?' };
    const comments = [asked('k1', 500_000)];
    expect(await lookedUp({ ...question, had: ['k1'] }, { comments })).toBe(false);
    expect(await lookedUp(question, { comments })).toBe(false);
    expect(await lookedUp({ ...question, had: ['k1'] }, { comments: [...comments, asked('k2', 1_005_000)] })).toBe(true);
    expect(await lookedUp(question, { comments: [...comments, asked('k2', 1_005_000)] })).toBe(true);
  });

  it('is_a_decision_for_the_same_value_and_not_only_for_the_same_reason', async () => {
    const made = (value: number) => ({ id: `d${value}`, reason: '', value: { value, kind: 'integer' }, who: me });
    const voices = [{ change: 'c6', value: { kind: 'integer', value: 6 } }];
    const stands = (value: number) => ({ divergences: [{ key: 'k', voices, decisions: [made(value)] }] });
    const body = { key: 'k', reason: '', saw: [], saw_decisions: [] };
    for (const chosen of [{ change: 'c6' }, { value: { kind: 'integer', value: 6 } }]) {
      expect(await lookedUp({ kind: 'decide', body: { ...body, chosen } }, stands(6))).toBe(true);
      expect(await lookedUp({ kind: 'decide', body: { ...body, chosen } }, stands(7))).toBe(false);
    }
  });

  it('is_asked_for_the_person_of_the_page_and_for_nobody_when_it_asks_who_that_is', async () => {
    vi.resetModules();
    const asked: (string | null)[] = [];
    vi.stubGlobal('fetch', (request: Request) => {
      asked.push(request.headers.get('Ronde-Agent'));
      return Promise.resolve(done());
    });
    const { api, got, writeAs } = await import('../api');
    writeAs('nadia');
    await got(api.GET('/v1/summary'));
    await got(api.GET('/v1/me'));
    expect(asked).toEqual(['nadia', null]);
  });
});
