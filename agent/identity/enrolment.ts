import { z } from 'zod';
import { enrolAnswer, enrolAudience, type EnrolRequest, type JoinToken } from '@gantry/protocol/enrol.js';
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

export interface EnrolOptions {
  join: JoinToken;
  key: DeviceKey;
  path: string;
  hostname: string;
  agentVersion: string;
  exchange: Exchange;
  clock: Clock;
  registryClock: RegistryClock;
  newTokenId: () => string;
  signal?: AbortSignal;
}

/**
 * Enrols the key under the token's integrator and stores the answer durably. Safe to repeat after a crash at
 * any step: the key is on disk before the request, and the same token with the same key gets the same answer.
 * Throws {@link EnrolError}.
 */
export async function enrol(o: EnrolOptions): Promise<Enrolment> {
  let answer = await post(o);
  // A box with a wrong clock signs a proof that looks expired; the refusal's Date header has set the clock.
  if (answer.status === 401 && Math.abs(o.registryClock.offsetMs()) > 30_000) answer = await post(o);
  const text = new TextDecoder().decode(answer.body);
  if (answer.status !== 200 && answer.status !== 201) throw refusal(answer.status, text, o.join.u);
  const parsed = enrolAnswer.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new EnrolError(
      'unexpected',
      `What answers at ${o.join.u} is no Gantry registry. Check the join token.`,
    );
  }
  const { atMs: _, ...kept } = parsed.data;
  const made: Enrolment = {
    ...kept,
    registryUrl: o.join.u.replace(/\/+$/, ''),
    thumbprint: o.key.thumbprint,
  };
  await writeDurably(o.path, JSON.stringify(made));
  return made;
}

async function post(o: EnrolOptions): Promise<HttpAnswer> {
  const request: EnrolRequest = {
    token: o.join.k,
    publicKey: o.key.publicKey,
    proof: await signJwt(o.key, {
      audience: enrolAudience,
      subject: o.join.k.split('.')[0] ?? '',
      issuedAtSeconds: Math.floor(o.registryClock.nowMs() / 1_000) - 5,
      lifeSeconds: 300,
      tokenId: o.newTokenId(),
    }),
    hostname: o.hostname.slice(0, 253),
    agentVersion: o.agentVersion,
  };
  const sentMonotonicMs = o.clock.monotonicMs();
  let answer: HttpAnswer;
  try {
    answer = await o.exchange({
      method: 'POST',
      url: `${o.join.u.replace(/\/+$/, '')}/api/v1/enrol`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(request),
      timeoutMs: 15_000,
      ...(o.signal ? { signal: o.signal } : {}),
    });
  } catch (error) {
    if (!(error instanceof HttpUnreachable)) throw error;
    throw new EnrolError(
      'unreachable',
      `The registry at ${o.join.u} cannot be reached (${error.message}). Check the network and the address in the join token.`,
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
  if (!parsed.success) {
    return new EnrolError(
      'unexpected',
      `What answers at ${url} (${why}) is no Gantry registry. Check the join token.`,
    );
  }
  return new EnrolError('denied', `The registry at ${url} refuses to enrol this box: ${why}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
