// The page's clock: the one place that reads the time, and a present that ages follow.

/** Now, ms since 1970 UTC. */
export function present(): number {
  return Date.now();
}

let minute = $state(present());
let ticking: ReturnType<typeof setInterval> | undefined;

/** A present that moves every few seconds: ages shown on rows follow it. */
export const now = {
  get ms(): number {
    ticking ??= setInterval(() => (minute = present()), 5_000);
    return minute;
  },
};
