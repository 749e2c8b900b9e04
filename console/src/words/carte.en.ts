// English words of the map: the same keys as the French.
import type { CarteWords } from './carte.fr';
import { number } from './time';

const events = (n: number): string => `${number(n)}\u00a0${n === 1 ? 'event' : 'events'}`;

export const carteEn: CarteWords = {
  title: 'Map',
  views: 'View',
  map: 'Map',
  list: 'List',
  drawing: 'Map of the events. The list holds the same events.',
  drawingNow: 'The map is being drawn…',
  listTitle: 'Events of the map',
  thisView: 'This view',
  inView: (n) => `${events(n)} in this view`,
  inRing: (n) => `${events(n)} in one place`,
  everything: 'Show all',
  before: 'Previous',
  after: 'Next',
  span: (from, to, of) => `${number(from)} to ${number(to)} of ${number(of)}`,
  far: 'What follows is too long to read here. Zoom in or filter.',
  without: (n) => `${events(n)} without position, in the list only.`,
  empty: 'No event with these filters.',
  emptyView: 'No event in this view.',
  nearer: 'Zoom in',
  farther: 'Zoom out',
  whole: 'The whole territory',
  legend: 'Legend',
  severity: 'Severity',
  police: (n) => `Police zone, ${number(n)}`,
  gendarmerie: (n) => `Gendarmerie zone, ${number(n)}`,
  ring: 'Several events: the thick arc is the share of the most serious.',
  open: 'Open',
  close: 'Close',
  seeAll: (n) => `See all ${number(n)}`,
  ofWhich: (n, all, name) => `${events(all)}, of which ${number(n)} ${name.toLocaleLowerCase('en')}`,
  noMap: 'No map: this browser has no WebGL 2.',
  noMapNext: 'The list shows the same events.',
  lost: 'The browser stopped the map. Load the page again to see it.',
  noLand: 'Territory not read: the events are in the list.',
  again: 'Try again',
};
