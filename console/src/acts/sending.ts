// How each act reaches the server: its parts, each sent by itself, and what came back. Changes when another
// act can be held.
import { api, got, type Shapes } from '../api';
import type { HeldAct } from './types';

/** What is worth telling of a part that stands. */
export interface Stands {
  divergence?: Shapes['Divergence'] | null;
}

/** The parts of an act, in the order they are sent: its reports, or the pairs of a link. */
export function partsOf(act: HeldAct): string[] {
  return act.kind === 'link' ? act.pairs.map((pair) => pair.join('/')) : act.reports;
}

/** The report a part is about: of a pair, the other one. */
export function reportOf(part: string): string {
  return part.split('/').at(-1) ?? part;
}

/** Sends a part. */
export async function send(act: HeldAct, part: string): Promise<Stands> {
  const [id = '', other = ''] = part.split('/');
  const plain = { params: { path: { id } }, keepalive: true };
  // What the person looked at: the server judges by it whether somebody else was there meanwhile.
  const seen = act.seenSince?.[part] ?? act.seen;
  const query = seen === undefined ? {} : { seen };
  const to = { params: { path: { id }, query }, keepalive: true };
  switch (act.kind) {
    case 'read':
      await got(api.POST('/v1/reports/{id}/read', to));
      return {};
    case 'assign':
      await got(api.POST('/v1/reports/{id}/assign', { ...to, body: { to: act.to } }));
      return {};
    case 'close':
      await got(api.POST('/v1/reports/{id}/close', { ...to, body: { reason: act.reason } }));
      return {};
    case 'reopen':
      await got(api.POST('/v1/reports/{id}/reopen', { ...to, body: { reason: act.reason } }));
      return {};
    case 'comment':
      await got(api.POST('/v1/reports/{id}/comments', { ...plain, body: { text: act.text } }));
      return {};
    case 'decide':
      return got(api.POST('/v1/reports/{id}/decisions', { ...plain, body: act.body }));
    case 'link':
      await got(api.POST('/v1/reports/{id}/links', { ...plain, body: { other, linked: act.linked } }));
      return {};
  }
}
