import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const figures = (to_treat: number) => ({ to_treat, treated_today: 0 });

describe('what is left to treat', () => {
  beforeEach(() => {
    vi.resetModules();
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is_what_was_asked_for_last_whichever_answer_comes_last', async () => {
    const answers: ((response: Response) => void)[] = [];
    vi.stubGlobal('fetch', () => new Promise<Response>((answer) => answers.push(answer)));
    const { summary } = await import('./summary.svelte');
    const ends = [summary.follow(), summary.follow()];
    await vi.advanceTimersByTimeAsync(0);
    expect(answers).toHaveLength(2);
    answers[1]?.(Response.json(figures(4)));
    await vi.advanceTimersByTimeAsync(0);
    answers[0]?.(Response.json(figures(9)));
    await vi.advanceTimersByTimeAsync(0);
    expect(summary.now?.to_treat).toBe(4);
    for (const end of ends) end();
  });
});
