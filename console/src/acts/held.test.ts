import { describe, expect, it } from 'vitest';
import { aLine } from '../boite/line.fixture';
import { done, eachInItsBrowser, line, page, pass, problem, reading, server, tab } from './stage.fixture';

eachInItsBrowser();

describe('an act that can be taken back', () => {
  it('is_shown_at_once_and_leaves_after_ten_seconds_for_every_report_of_the_event', async () => {
    const sent = server(done);
    const { acts, hold, shownLine } = await page();
    hold(reading);
    expect(shownLine(line).status).toBe('read');
    await pass(9_900);
    expect(sent).toEqual([]);
    await pass(200);
    expect(sent.map(({ path }) => path)).toEqual(['POST /v1/reports/aa/read', 'POST /v1/reports/bb/read']);
    expect(acts.held).toEqual([]);
  });

  it('stays_shown_once_the_server_has_it_until_the_line_was_read_again', async () => {
    server(done);
    const { acts, hold, onEvent, shownLine } = await page();
    hold({ ...onEvent(line), kind: 'close', reason: 'traité' });
    hold({ ...onEvent(aLine({ members: ['cc'], moved: 900 })), kind: 'assign', to: 'pm-centre' });
    await pass(10_100);
    expect(acts.held).toEqual([]);
    expect(shownLine(line).status).toBe('closed');
    // Somebody opened it again: the line says it.
    expect(shownLine({ ...line, moved: line.moved + 2 }).status).toBe('delivered');
    const assigned = shownLine(aLine({ members: ['cc'], moved: 900 }));
    expect([assigned.status, assigned.assigned_to]).toEqual(['assigned', 'pm-centre']);
  });

  it('never_reaches_the_server_once_it_is_taken_back', async () => {
    const sent = server(done);
    const { cancel, hold, shownLine } = await page();
    const key = hold({ ...reading, kind: 'close', reason: 'doublon' });
    expect(shownLine(line).status).toBe('closed');
    await pass(9_000);
    expect(cancel(key)).toBe(true);
    expect(shownLine(line).status).toBe('delivered');
    await pass(60_000);
    expect(sent).toEqual([]);
    expect([...tab.storage.keys()]).toEqual([]);
  });

  it('cannot_be_taken_back_when_it_is_on_its_way', async () => {
    server(() => new Promise<Response>(() => undefined));
    const { cancel, hold } = await page();
    const key = hold(reading);
    await pass(10_000);
    expect(cancel(key)).toBe(false);
  });

  it('leaves_with_the_page_that_is_hidden', async () => {
    const sent = server(done);
    const { begin, hold } = await page();
    await begin();
    hold({ ...reading, kind: 'assign', to: 'pm-centre' });
    Object.assign(document, { visibilityState: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
    await pass(0);
    expect(sent.map(({ body }) => body)).toEqual([{ to: 'pm-centre' }, { to: 'pm-centre' }]);
  });

  it('comes_back_with_its_sentence_when_it_is_refused', async () => {
    server(() => problem('not-allowed', 403));
    const { acts, dismiss, hold, shownLine } = await page();
    hold(reading);
    await pass(10_100);
    const why = 'Votre rôle ne permet pas cet acte.';
    expect(acts.back.map(({ refusals }) => refusals)).toEqual([[{ part: 'aa', why }, { part: 'bb', why }]]);
    expect(shownLine(line).status).toBe('delivered');
    dismiss(acts.back[0]?.key ?? '');
    expect(acts.back).toEqual([]);
  });

  it('waits_for_a_server_that_is_gone_and_for_a_new_session', async () => {
    let answer = (): Response | Promise<Response> => Promise.reject(new TypeError('refused'));
    const sent = server(() => answer());
    const { acts, hold } = await page();
    hold({ ...reading, reports: ['aa'] });
    await pass(16_000);
    expect(acts.held).toHaveLength(1);
    answer = () => problem('not-signed-in', 401);
    await pass(6_000);
    expect(acts.held).toHaveLength(1);
    answer = done;
    await pass(6_000);
    expect(acts.held).toEqual([]);
    expect(sent.length).toBeGreaterThan(2);
  });

  it('is_looked_up_before_it_is_sent_again_when_its_answer_was_lost', async () => {
    let lost = true;
    const standing = { lifecycle: { assigned: { assignee: 'Samir Morel', who: {} } }, comments: [] };
    const sent = server(() => (lost ? Promise.reject(new TypeError('lost')) : Response.json(standing)));
    const { acts, cancel, hold } = await page();
    const key = hold({ ...reading, reports: ['aa'], kind: 'assign', to: 'Samir Morel' });
    await pass(10_100);
    expect(acts.held).toHaveLength(1);
    expect(acts.last).toBeUndefined();
    expect(cancel(key)).toBe(false);
    lost = false;
    await pass(5_100);
    expect(sent).toHaveLength(1);
    expect(acts.held).toEqual([]);
  });

  it('cannot_be_taken_back_when_a_part_of_it_is_done', async () => {
    server(({ path }) => (path.includes('/bb/') ? problem('not-signed-in', 401) : done()));
    const { acts, cancel, hold } = await page();
    const key = hold({ ...reading, kind: 'close', reason: 'doublon' });
    await pass(10_100);
    expect(acts.held.map(({ done: parts }) => parts)).toEqual([['aa']]);
    expect(cancel(key)).toBe(false);
  });

  it('gives_typed_words_back_to_their_field_when_it_is_taken_back_or_refused', async () => {
    server(() => problem('not-allowed', 403));
    const { acts, cancel, dismiss, hold } = await page();
    const closing = { ...reading, kind: 'close', reason: 'doublon', typed: { 'close.aa': 'doublon' } } as const;
    cancel(hold(closing));
    expect([...tab.storage]).toEqual([['ronde.draft..close.aa', 'doublon']]);
    tab.storage.clear();
    hold(closing);
    await pass(10_100);
    dismiss(acts.back[0]?.key ?? '');
    expect([...tab.storage]).toEqual([['ronde.draft..close.aa', 'doublon']]);
  });

  it('goes_on_with_the_report_where_it_stopped', async () => {
    let refuse = true;
    const sent = server(({ path }) => {
      if (path.includes('/bb/') && refuse) return problem('try-later', 503);
      return done();
    });
    const { hold } = await page();
    hold(reading);
    await pass(10_100);
    refuse = false;
    await pass(5_100);
    expect(sent.map(({ path }) => path)).toEqual([
      'POST /v1/reports/aa/read',
      'POST /v1/reports/bb/read',
      'POST /v1/reports/bb/read',
    ]);
  });
});
