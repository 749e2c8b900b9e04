// What is left to treat: figures of the server, read again a moment after something moved.
import { api, got, refusalFrom, type Summary } from './api';
import { onSettled } from './acts.svelte';
import { live } from './live.svelte';

/** A burst of changes asks for the figures once. */
const CALM_MS = 400;

let figures = $state.raw<Summary | null>(null);
let waiting: ReturnType<typeof setTimeout> | undefined;

async function load(): Promise<void> {
  try {
    figures = await got(api.GET('/v1/summary'));
  } catch (thrown) {
    // The figures stay as they were; the banner says that the server is gone.
    refusalFrom(thrown);
  }
}

function soon(): void {
  clearTimeout(waiting);
  waiting = setTimeout(() => void load(), CALM_MS);
}

/** The figures, followed by whatever reads them in a component. */
export const summary = {
  get now(): Summary | null {
    return figures;
  },
  /** Keeps them fresh. Gives back what ends it. */
  follow(): () => void {
    void load();
    const ends = [live.follow(soon), onSettled(soon)];
    return () => {
      clearTimeout(waiting);
      for (const end of ends) end();
    };
  },
};
