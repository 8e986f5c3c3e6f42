import { z } from 'zod';
import {
  enrolAnswer,
  enrolAudience,
  type EnrolAnswer,
  type EnrolRequest,
  type JoinToken,
} from '@gantry/protocol/enrol.js';
import { problem } from '@gantry/protocol/errors.js';
import type { Clock } from '../clock.js';
import { HttpUnreachable, type Exchange, type HttpAnswer } from '../http.js';
import { readStored, writeDurably, type Stored } from '../store.js';
import type { DeviceKey } from './key.js';
import { signJwt } from './jwt.js';
import type { RegistryClock } from './registry-clock.js';

/** What the box keeps of its enrolment: who it is and where its registry is. */
const enrolment = enrolAnswer.omit({ atMs: true }).extend({
  registryUrl: z.string(),
  /** Thumbprint of the key that was enrolled. */
  thumbprint: z.string(),
});
export type Enrolment = z.infer<typeof enrolment>;

export type EnrolFailure = 'unreachable' | 'denied' | 'unexpected';

/** Enrolment did not happen. Only `unreachable` may succeed later without a change. */
export class EnrolError extends Error {
  override readonly name = 'EnrolError';
  readonly kind: EnrolFailure;
  constructor(kind: EnrolFailure, message: string) {
    super(message);
    this.kind = kind;
  }
}

export const readEnrolment = (path: string): Promise<Stored<Enrolment>> => readStored(path, enrolment);

/** What a signed request to a registry needs. */
export interface Asking {
  registryUrl: string;
  key: DeviceKey;
  exchange: Exchange;
  clock: Clock;
  registryClock: RegistryClock;
  newTokenId: () => string;
  signal?: AbortSignal;
}

export interface EnrolOptions extends Omit<Asking, 'registryUrl'> {
  join: JoinToken;
  path: string;
  hostname: string;
  agentVersion: string;
}

/**
 * Enrols the key under the token's integrator and stores the answer durably. Safe to repeat after a crash at
 * any step: the key is on disk before the request, and the same token with the same key gets the same answer.
 * Throws {@link EnrolError}.
 */
export async function enrol(o: EnrolOptions): Promise<Enrolment> {
  const asking = { ...o, registryUrl: o.join.u };
  const request = async (): Promise<EnrolRequest> => ({
    token: o.join.k,
    publicKey: o.key.publicKey,
    proof: await enrolProof(o, o.join.k.split('.')[0] ?? ''),
    hostname: o.hostname.slice(0, 253),
    agentVersion: o.agentVersion,
  });
  return keepEnrolment(o, o.join.u, await postJson(asking, '/api/v1/enrol', request, enrolAnswer));
}

/** Stores durably what the registry answered: from here on this box is that agent. */
export async function keepEnrolment(
  o: { path: string; key: DeviceKey },
  registryUrl: string,
  answer: EnrolAnswer,
): Promise<Enrolment> {
  const { atMs: _, ...kept } = answer;
  const made: Enrolment = { ...kept, registryUrl: withoutSlash(registryUrl), thumbprint: o.key.thumbprint };
  await writeDurably(o.path, JSON.stringify(made));
  return made;
}

/** Shows possession of the key, for one subject: the token, the claim or the key itself. */
export const enrolProof = (
  o: Pick<Asking, 'key' | 'registryClock' | 'newTokenId'>,
  subject: string,
): Promise<string> =>
  signJwt(o.key, {
    audience: enrolAudience,
    subject,
    issuedAtSeconds: Math.floor(o.registryClock.nowMs() / 1_000) - 5,
    lifeSeconds: 300,
    tokenId: o.newTokenId(),
  });

/**
 * Posts and reads the answer. `request` is made anew for a second try: a box with a wrong clock signs a proof that
 * looks expired, and the refusal's Date header sets the clock. Throws {@link EnrolError}.
 */
export async function postJson<Answer>(
  o: Asking,
  path: string,
  request: () => Promise<object>,
  schema: z.ZodType<Answer>,
): Promise<Answer> {
  let answer = await post(o, path, await request());
  if (answer.status === 401 && Math.abs(o.registryClock.offsetMs()) > 30_000)
    answer = await post(o, path, await request());
  const text = new TextDecoder().decode(answer.body);
  if (answer.status !== 200 && answer.status !== 201) throw refusal(answer.status, text, o.registryUrl);
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new EnrolError(
    'unexpected',
    `What answers at ${o.registryUrl} is no Gantry registry. ${checkAddress}`,
  );
}

const checkAddress = 'Check the address, or the join token.';

async function post(o: Asking, path: string, body: object): Promise<HttpAnswer> {
  const sentMonotonicMs = o.clock.monotonicMs();
  let answer: HttpAnswer;
  try {
    answer = await o.exchange({
      method: 'POST',
      url: `${withoutSlash(o.registryUrl)}${path}`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      timeoutMs: 15_000,
      ...(o.signal ? { signal: o.signal } : {}),
    });
  } catch (error) {
    if (!(error instanceof HttpUnreachable)) throw error;
    throw new EnrolError(
      'unreachable',
      `The registry at ${o.registryUrl} cannot be reached (${error.message}). Check the network and the address.`,
    );
  }
  if (answer.dateMs !== null) {
    o.registryClock.observe({
      sentMonotonicMs,
      receivedMonotonicMs: o.clock.monotonicMs(),
      registryAtMs: answer.dateMs,
      granularityMs: 1_000,
    });
  }
  return answer;
}

function refusal(status: number, text: string, url: string): EnrolError {
  const parsed = problem.safeParse(parseJson(text));
  const why = parsed.success ? parsed.data.detail : `HTTP ${status}`;
  if (status === 408 || status === 429 || status >= 500) {
    return new EnrolError(
      'unreachable',
      `The registry at ${url} cannot enrol this box at the moment: ${why}`,
    );
  }
  if (!parsed.success)
    return new EnrolError(
      'unexpected',
      `What answers at ${url} (${why}) is no Gantry registry. ${checkAddress}`,
    );
  return new EnrolError('denied', `The registry at ${url} refuses to enrol this box: ${why}`);
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
