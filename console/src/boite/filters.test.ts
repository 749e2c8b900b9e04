import { describe, expect, it } from 'vitest';
import { language } from '../words';
import { asked, everything, read, usual, withoutText, write, type Filters } from './filters';
import { sentenceOf } from './sentence';

const catalogue = {
  types: [{ code: 'youth.brawl', label: 'Rixe', axis: 'A5', axis_label: '', icon: '', severity: 4 }],
  fields: {},
  choices: {},
  roles: {},
  severities: ['Information', 'Faible', 'Modérée', 'Grave', 'Critique'],
  communes: [
    { code: '28085', name: 'Chartres', force: 'PN' },
    { code: '28218', name: 'Lucé', force: 'PN' },
  ],
};

const full: Filters = {
  order: 'newest',
  unread: true,
  commune: '28085',
  type: 'youth.brawl',
  severityMin: 3,
  status: 'delivered',
  unit: 'pm-centre',
  divergence: true,
  quarantine: true,
  text: 'abribus & vitre=étoilée #1',
  hours: 24,
};

/** So many found, none of the rows decided since. */
const found = (total: number, since: number[] = []) => ({ total, since });

describe('the address of the inbox', () => {
  it('keeps_every_filter_there_and_back', () => {
    expect(read(new URLSearchParams(write(full)))).toEqual(full);
  });

  it('is_empty_for_the_usual_inbox', () => {
    expect(write(usual)).toBe('');
    expect(read(new URLSearchParams(''))).toEqual(usual);
  });

  it('means_what_is_left_to_treat_unless_it_names_a_state_or_a_text', () => {
    const states = ['', 'status=closed', 'status=all', 'status=lost', 'text=gare', 'text=gare&status=open'];
    expect(states.map((query) => read(new URLSearchParams(query)).status)).toEqual(['open', 'closed', 'all', 'open', 'all', 'open']);
    for (const status of ['open', 'all', 'delivered', 'closed'])
      for (const text of ['', 'gare']) {
        const filters = { ...usual, status, text };
        expect(read(new URLSearchParams(write(filters)))).toEqual(filters);
      }
  });

  it('of_a_search_given_up_is_that_of_what_is_left_to_treat', () => {
    expect(write(withoutText({ ...everything('newest'), text: 'gare' }))).toBe('?order=newest');
    expect(write(withoutText({ ...usual, status: 'closed', text: 'gare' }))).toBe('?status=closed');
  });

  it('leaves_out_what_cannot_be_read', () => {
    const odd = 'severity_min=9&hours=-3&status=lost&unread=maybe&order=random&divergence=yes&hours=NaN';
    expect(read(new URLSearchParams(odd))).toEqual(usual);
  });

  it('cuts_a_searched_text_to_what_the_server_takes_without_splitting_a_letter', () => {
    const text = '👮'.repeat(300);
    expect([...read(new URLSearchParams({ text })).text]).toHaveLength(200);
  });

  it('asks_the_server_for_what_it_says', () => {
    expect(asked(full, 100_000_000)).toEqual({
      order: 'newest',
      unread: true,
      commune: '28085',
      type: 'youth.brawl',
      severity_min: 3,
      status: 'delivered',
      unit: 'pm-centre',
      divergence: true,
      quarantine: true,
      text: 'abribus & vitre=étoilée #1',
      since_ms: 100_000_000 - 24 * 3_600_000,
    });
    expect(asked({ ...usual, text: '   ' }, 0)).toEqual({ order: 'severity', status: 'open' });
    expect(asked(everything('newest'), 0)).toEqual({ order: 'newest' });
  });
});

describe('the sentence of the filters', () => {
  it('says_in_french_what_is_shown', () => {
    language.now = 'fr';
    expect(sentenceOf({ ...usual, unread: true, hours: 24 }, found(37), catalogue)).toBe(
      '37\u00a0événements à traiter\u00a0: non lus, 2\u00a0communes, 24\u00a0h',
    );
    expect(sentenceOf({ ...usual, commune: '28218', severityMin: 4 }, found(1), catalogue)).toBe(
      '1\u00a0événement à traiter\u00a0: grave et plus, Lucé',
    );
    expect(sentenceOf(full, found(50_000), catalogue)).toBe(
      '50\u00a0000\u00a0événements\u00a0: non lus, reçus, modérée et plus, Rixe, avec divergence, avec mise à l’écart, ' +
        '«\u00a0abribus & vitre=étoilée #1\u00a0», pm-centre, Chartres, 24\u00a0h',
    );
  });

  it('says_it_in_english', () => {
    language.now = 'en';
    expect(sentenceOf({ ...usual, unread: false }, found(0), null)).toBe('0\u00a0events to treat: read, all communes');
    expect(sentenceOf({ ...everything('severity'), text: 'gare' }, found(2), null)).toBe('2\u00a0events, closed ones too: “gare”, all communes');
    language.now = 'fr';
  });
});
