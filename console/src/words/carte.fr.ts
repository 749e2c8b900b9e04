// French words of the Carte. Rules: 6-look, micro-copy; `\u00a0` is the no-break space.
import { number } from './time';

const events = (n: number): string => `${number(n)}\u00a0${n < 2 ? 'événement' : 'événements'}`;

export const carteFr = {
  title: 'Carte',
  views: 'Affichage',
  map: 'Carte',
  list: 'Liste',
  /** Read out for the drawing itself. */
  drawing: 'Carte des événements. Les mêmes événements sont dans la liste.',
  drawingNow: 'La carte se dessine…',
  listTitle: 'Événements de la carte',
  thisView: 'Cette vue',
  inView: (n: number): string => `${events(n)} dans cette vue`,
  inRing: (n: number): string => `${events(n)} au même endroit`,
  everything: 'Tout afficher',
  before: 'Précédents',
  after: 'Suivants',
  span: (from: number, to: number, of: number): string => `${number(from)} à ${number(to)} sur ${number(of)}`,
  far: 'La suite est trop longue à lire ici. Rapprochez la carte ou filtrez.',
  without: (n: number): string => `${events(n)} sans position, dans la liste seulement.`,
  empty: 'Aucun événement avec ces filtres.',
  emptyView: 'Aucun événement dans cette vue.',
  nearer: 'Rapprocher',
  farther: 'Éloigner',
  whole: 'Tout le territoire',
  legend: 'Légende',
  severity: 'Gravité',
  police: (n: number): string => `Zone police, ${number(n)}`,
  gendarmerie: (n: number): string => `Zone gendarmerie, ${number(n)}`,
  ring: 'Plusieurs événements\u00a0: l’arc épais est la part des plus graves.',
  open: 'Ouvrir',
  close: 'Fermer',
  seeAll: (n: number): string => `Voir les ${number(n)}`,
  ofWhich: (n: number, all: number, name: string): string => `${events(all)}, dont ${number(n)} de gravité ${name.toLocaleLowerCase('fr')}`,
  noMap: 'Carte impossible\u00a0: ce navigateur n’a pas WebGL 2.',
  noMapNext: 'La liste montre les mêmes événements.',
  lost: 'Carte arrêtée par le navigateur. Rechargez la page pour la revoir.',
  noLand: 'Territoire non lu\u00a0: les événements sont dans la liste.',
  again: 'Essayer de nouveau',
};

export type CarteWords = typeof carteFr;
