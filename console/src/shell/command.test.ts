import { describe, expect, it } from 'vitest';
import { linkCommand } from './command';

describe('the command that prints a link', () => {
  it('can_be_pasted_whole_whatever_the_name', () => {
    expect(linkCommand('/srv/ronde', 'Hélène Roy')).toBe("ronde-server --data /srv/ronde supervisor link 'Hélène Roy'");
    expect(linkCommand('DOSSIER', "Jeanne d'Arc")).toBe(`ronde-server --data DOSSIER supervisor link 'Jeanne d'\\''Arc'`);
  });
});
