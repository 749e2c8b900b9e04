// How something was written: when, offline or not, from which device, received when.
// Changes when provenance says more.
import type { Shapes } from '../api';
import { clock } from '../words';
import { when } from './when';
import { w } from './words';

export type Who = Shapes['Who'];

/** Two times that differ by no more are shown as one. */
export const SAME_TIME_MS = 5 * 60_000;

/** Whether two times are far enough apart to be shown both, ms. */
export function isApart(a: number, b: number): boolean {
  return Math.abs(a - b) > SAME_TIME_MS;
}

/** The name, or that nobody here knows it. */
export function nameOf(who: Who | null | undefined): string {
  return who?.name || w().divergence.nobody;
}

/** A device's last 8 hexadecimal digits by groups of 4: it has no other name here. */
export function shortId(id: string): string {
  return (id.slice(-8).match(/.{1,4}/g) ?? []).join('\u00a0');
}

/** `Écrit à 22:52 hors réseau, reçu à 22:58, téléphone 3f2a 91c0`. */
export function howWritten(who: Who, now: number): string {
  const at = when(who.written_ms, now);
  const written = who.offline ? w().time.writtenOffline(at) : w().time.writtenAt(at);
  return [written, receivedWords(who, now), ...doubts(who)].filter(Boolean).join(', ');
}

function receivedWords(who: Who, now: number): string {
  if (who.received_ms == null) return w().time.notReceived;
  // The day was just said when both are of the same one.
  const sameDay = new Date(who.received_ms).toDateString() === new Date(who.written_ms).toDateString();
  return w().time.received(sameDay ? w().time.at(clock(who.received_ms)) : when(who.received_ms, now));
}

/** What a person should know of the time. */
export function doubts(who: Who): string[] {
  return [who.doubtful_time ? w().time.doubtful : '', who.late ? w().time.late : ''].filter(Boolean);
}

/** `hors réseau, téléphone 3f2a 91c0`. */
export function whence(who: Who): string {
  const network = who.offline == null ? '' : who.offline ? w().statements.offline : w().statements.online;
  return [network, w().statements.device(shortId(who.device))].filter(Boolean).join(', ');
}
