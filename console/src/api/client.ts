// The server's interface, typed by its description (openapi.json → generated/schema.d.ts). Turns every refusal
// into a sentence. Changes when the way of calling changes; routes come with the description.
import createClient from 'openapi-fetch';
import { language, t } from '../words';
import type { components, paths } from './generated/schema';

type Shapes = components['schemas'];
export type EventLine = Shapes['EventLine'];
export type EventPage = Shapes['EventPage'];
export type EventDetail = Shapes['Event'];
export type Report = Shapes['Report'];
export type ReportLine = Shapes['ReportLine'];
export type Me = Shapes['Me'];
export type Summary = Shapes['Summary'];
export type Assignees = Shapes['Assignees'];
export type Catalogue = Shapes['Catalogue'];
export type { Shapes };

/** Typed calls: `await api.GET('/v1/events', { params: { query } })` gives `{ data, error, response }`. */
export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? 'http://127.0.0.1' });

let writer: string | null = null;

/** For whom this page reads and writes. The server refuses when its cookie has become somebody else's. */
export function writeAs(agent: string | null): void {
  writer = agent;
}

api.use({
  onRequest({ request, schemaPath }) {
    request.headers.set('Accept-Language', language.now);
    // Who is signed in is asked for nobody: that is how a page learns that it is somebody else.
    if (writer && schemaPath !== '/v1/me') request.headers.set('Ronde-Agent', writer);
    return request;
  },
});

/** Why a call gave nothing: a code of the server, and the sentence for a person. */
export class Refusal extends Error {
  constructor(
    /** The problem's code, or `unreachable` when no answer came. */
    readonly code: string,
    /** For a person: what happened, what to do. */
    readonly sentence: string,
    /** It may pass by itself: trying again is worth it. */
    readonly passing: boolean,
    /** HTTP status; 0 without an answer. */
    readonly status: number,
    /** Refused for what somebody did meanwhile: what to give as `seen` once a person has read the sentence. */
    readonly now?: number,
  ) {
    super(`${code} (${status})`);
  }
}

const PREFIX = 'urn:ronde:problem:';

/** The sentence for a code of the server, with the server's own words when they say more. */
export function sentenceOf(code: string, status: number): string {
  const words: Record<string, unknown> = t().problems;
  const known = words[code];
  return typeof known === 'string' ? known : t().problems.other(status);
}

/** The sentence for what the server gives as the reason of a problem; empty when it gives none, or one of its own. */
function reasonOf(reason: unknown): string {
  const words: Record<string, string> = t().problems.reasons;
  return typeof reason === 'string' && Object.hasOwn(words, reason) ? (words[reason] ?? '') : '';
}

/** A refusal read from a problem of the server, whatever its form. */
export function refusalOf(problem: unknown, status: number): Refusal {
  const said = (problem ?? {}) as { type?: unknown; detail?: unknown; reason?: unknown; now?: unknown };
  const type = typeof said.type === 'string' ? said.type : '';
  const code = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : 'other';
  const plain = sentenceOf(code, status);
  const why = reasonOf(said.reason);
  const passing = status >= 500 || status === 408 || status === 429;
  if (why) return new Refusal(code, why, passing, status);
  if (typeof said.detail !== 'string') return new Refusal(code, plain, passing, status);
  if (code === 'changed-meanwhile') {
    // Who did what, which only the server knows: its sentence is in the page's language.
    return new Refusal(code, said.detail, passing, status, typeof said.now === 'number' ? said.now : undefined);
  }
  return new Refusal(code, code === 'refused' ? `${plain} (${said.detail})` : plain, passing, status);
}

/** No answer came. */
export function unreachable(): Refusal {
  return new Refusal('unreachable', t().problems.unreachable, true, 0);
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The data of a call, or a `Refusal` thrown: `const page = await got(api.GET('/v1/events', …))`.
 * A session that is over is told to whoever listens (`onSignedOut`).
 */
export async function got<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw unreachable();
  }
  if (answer.response.ok) return answer.data as T;
  const refusal = refusalOf(answer.error, answer.response.status);
  if (refusal.code === 'not-signed-in') for (const tell of listeners) tell();
  throw refusal;
}

const listeners = new Set<() => void>();

/** Called each time the server answers that nobody is signed in. Gives back what ends the listening. */
export function onSignedOut(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** The refusal in whatever was thrown. */
export function refusalFrom(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  throw thrown;
}
