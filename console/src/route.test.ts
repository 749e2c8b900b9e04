import { describe, expect, it } from 'vitest';
import { eventAddress, read } from './route.svelte';

const at = (address: string) => read(new URL(address, 'http://127.0.0.1'));

describe('an address', () => {
  it('names_a_screen', () => {
    const screens = ['/', '/boite?unread=true', '/reglages', '/carte', '/ouvrir', '/evenement/0af3'].map((one) => at(one).screen);
    expect(screens).toEqual(['inbox', 'inbox', 'settings', 'map', 'open', 'event']);
    expect(at(eventAddress('0af3')).id).toBe('0af3');
  });

  it('that_is_no_screen_is_said_to_be_unknown', () => {
    for (const odd of ['/evenement/', '/evenement/<script>', '/evenement/a/b', '/boite/x', '/admin', '/reglages/x', `/evenement/${'a'.repeat(65)}`]) {
      expect(at(odd).screen, odd).toBe('unknown');
    }
  });
});
