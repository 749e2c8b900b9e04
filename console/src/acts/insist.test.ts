import { describe, expect, it, vi } from 'vitest';
import { die, done, eachInItsBrowser, line, page, pass, reading } from './stage.fixture';

eachInItsBrowser();

describe('an act that says what the person looked at', () => {
  const seen = { ...line, moved: 41 };

  it('is_sent_with_the_number_of_the_line_at_the_moment_of_the_deed', async () => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (request: Request) => {
      asked.push(new URL(request.url).search);
      return Promise.resolve(done());
    });
    const { hold, onEvent } = await page();
    const event = onEvent(seen);
    hold({ ...event, reports: ['aa'], kind: 'read' });
    hold({ ...event, reports: ['bb'], kind: 'assign', to: 'pm-centre' });
    hold({ ...event, reports: ['cc'], kind: 'close', reason: 'traité' });
    hold({ ...event, reports: ['dd'], kind: 'reopen', reason: 'suite' });
    hold({ ...event, reports: ['ee'], kind: 'comment', text: 'Où ?' });
    hold({ ...reading, reports: ['ff'] });
    await pass(10_100);
    expect(asked).toEqual(['?seen=41', '?seen=41', '?seen=41', '?seen=41', '', '']);
  });

  it('comes_back_with_the_sentence_of_who_was_there_meanwhile_and_goes_when_it_is_insisted_on', async () => {
    const asked: string[] = [];
    let changed = true;
    const detail = 'Nadia Roy a clos cet événement à 23:15.';
    vi.stubGlobal('fetch', (request: Request) => {
      asked.push(new URL(request.url).search);
      const type = 'urn:ronde:problem:changed-meanwhile';
      return Promise.resolve(changed ? Response.json({ type, detail, by: 'Nadia Roy', what: 'close', now: 57 }, { status: 409 }) : done());
    });
    const { acts, hold, insist } = await page();
    hold({ ...reading, reports: ['aa'], kind: 'close', reason: 'traité', seen: 41, typed: { 'close.aa': 'traité' } });
    hold({ ...reading, reports: ['aa'], kind: 'comment', text: 'Où ?' });
    await pass(10_100);
    expect(acts.back.map(({ refusals }) => refusals)).toEqual([[{ part: 'aa', why: detail, now: 57 }]]);
    changed = false;
    insist(acts.back[0]?.key ?? '');
    expect([acts.back, acts.held.map(({ kind }) => kind), acts.last?.kind]).toEqual([[], ['close', 'comment'], 'close']);
    await pass(9_000);
    expect(asked).toEqual(['?seen=41']);
    await pass(1_100);
    expect(asked).toEqual(['?seen=41', '?seen=57', '']);
  });

  /** A colleague crossed some of an event's reports, each at its own number of the ledger. */
  function crossed(at: Record<string, number>) {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (request: Request) => {
      const { pathname, search } = new URL(request.url);
      const id = pathname.split('/')[3] ?? '';
      if (request.method === 'GET') return Promise.resolve(Response.json({ number: `2026-${id}` }));
      asked.push(`${id}${search}`);
      const now = at[id];
      if (now === undefined || Number(search.slice(6)) >= now) return Promise.resolve(done());
      const detail = `Nadia Roy était là à ${now}.`;
      return Promise.resolve(Response.json({ type: 'urn:ronde:problem:changed-meanwhile', detail, now }, { status: 409 }));
    });
    return asked;
  }

  it('asks_each_report_by_what_was_read_of_that_one_and_says_all_refusals_at_once', async () => {
    const at: Record<string, number> = { aa: 50, bb: 57 };
    const asked = crossed(at);
    const { acts, hold, insist } = await page();
    const { cameBack, lookAt } = await import('./saying');
    const key = hold({ kind: 'close', reports: ['aa', 'bb', 'cc'], title: 'Rixe', reason: 'traité', seen: 41 });
    await pass(10_100);
    expect(asked.splice(0)).toEqual(['aa?seen=41', 'bb?seen=41', 'cc?seen=41']);
    const [back] = acts.back;
    expect(back && cameBack(back).replaceAll('\u00a0', ' ')).toBe(
      'Clôture : « Rixe », traité. Fait pour 1 rapport sur 3. Refusé pour 2026-aa : Nadia Roy était là à 50. Refusé pour 2026-bb : Nadia Roy était là à 57.',
    );
    expect(back && lookAt(back)).toBe('aa');
    insist(key);
    // What has not left yet can be taken back, though a part of it is done.
    expect(acts.last?.key).toBe(key);
    at.aa = 55;
    await pass(10_100);
    expect(asked.splice(0)).toEqual(['aa?seen=50', 'bb?seen=57']);
    expect(acts.back.map(({ refusals }) => refusals?.map(({ part }) => part))).toEqual([['aa']]);
    insist(key);
    await pass(10_100);
    expect([asked, acts.back, acts.held]).toEqual([['aa?seen=55'], [], []]);
  });

  it('keeps_its_order_over_a_page_that_dies_once_it_was_insisted_on', async () => {
    const asked = crossed({ aa: 57 });
    const first = await page();
    await first.begin();
    const key = first.hold({ kind: 'close', reports: ['aa'], title: 'Rixe', reason: 'traité', seen: 41 });
    await pass(5_000);
    first.hold({ kind: 'comment', reports: ['aa'], title: 'Rixe', text: 'Où ?' });
    await pass(5_100);
    first.insist(key);
    die();
    asked.splice(0);
    const second = await page();
    await second.begin();
    await pass(0);
    expect(asked).toEqual(['aa?seen=57', 'aa']);
  });
});
