import { randomUUID } from 'node:crypto';
import type { JoinToken } from '@gantry/protocol/enrol.js';
import type { Clock } from './clock.js';
import type { DataFolder } from './data-folder.js';
import { HttpUnreachable, type Exchange } from './http.js';
import { claim } from './identity/claim.js';
import { createDeviceTokens, type DeviceTokens } from './identity/device-token.js';
import { enrol, EnrolError, readEnrolment, type Enrolment } from './identity/enrolment.js';
import { loadOrMakeKey, type DeviceKey } from './identity/key.js';
import type { RegistryClock } from './identity/registry-clock.js';
import type { Log } from './log.js';
import type { Progress } from './progress.js';
import { retryForever } from './retry.js';

/** This box is not enrolled and was given nothing to enrol with. */
export class NotEnrolled extends Error {
  override readonly name = 'NotEnrolled';
}

export interface Identity {
  enrolment: Enrolment;
  tokens: DeviceTokens;
  key: DeviceKey;
}

export interface IdentityOptions {
  folder: DataFolder;
  join: JoinToken | null;
  /** Where the registry is: a box without a token asks there to be let in; overrides what the enrolment says. */
  registryUrl: string | undefined;
  exchange: Exchange;
  /** What the box calls itself. */
  hostname: string;
  agentVersion: string;
  registryClock: RegistryClock;
  onProgress: (progress: Progress) => void;
  clock: Clock;
  random: () => number;
  log: Log;
  /** The next join token pasted on the on-site page; null where no page is served. */
  pasted: ((signal: AbortSignal) => Promise<JoinToken>) | null;
  /** Ends the waiting for a registry that cannot be reached. */
  signal: AbortSignal;
}

/** The box's key, and its enrolment: the stored one, or one made now. Throws {@link NotEnrolled} or EnrolError. */
export async function wireIdentity(o: IdentityOptions): Promise<Identity> {
  const { key, made } = await loadOrMakeKey(o.folder.key);
  o.onProgress({ step: 'key', made, thumbprint: key.thumbprint });
  const stored = await readEnrolment(o.folder.enrolment);
  if (stored.kind === 'damaged') o.log.error({ why: stored.why }, 'the stored enrolment is damaged');
  const known = stored.kind === 'value' && stored.value.thumbprint === key.thumbprint ? stored.value : null;
  if (known && o.join && !sameRegistry(known.registryUrl, o.join.u)) {
    const detail = `This box is enrolled at ${known.registryUrl}; the join token of ${o.join.u} is not used. Use another --data folder to enrol there.`;
    o.log.warn(detail);
  }
  const enrolment = known ?? (await enrolNow(o, key));
  if (o.registryUrl !== undefined) enrolment.registryUrl = o.registryUrl.replace(/\/+$/, '');
  const { agentId, agentName, integratorName, registryUrl, approvedBy = null } = enrolment;
  const now = known === null;
  o.onProgress({ step: 'enrolled', agentId, agentName, integratorName, registryUrl, approvedBy, now });
  const registryNowMs = () => o.registryClock.nowMs();
  const tokens = createDeviceTokens({ key, agentId, registryNowMs, newTokenId: randomUUID });
  return { enrolment, tokens, key };
}

/** By the token; else by a code that a person approves at the registry that was named, or a token that is pasted. */
async function enrolNow(o: IdentityOptions, key: DeviceKey): Promise<Enrolment> {
  if (o.join) return enrolByToken(o, key, o.join);
  const { registryUrl, pasted } = o;
  const decided = new AbortController();
  const waiting = { ...o, signal: AbortSignal.any([o.signal, decided.signal]) };
  const ways = [
    ...(registryUrl === undefined ? [] : [enrolByCode(waiting, key, registryUrl)]),
    ...(pasted === null ? [] : [enrolByPastedToken(waiting, key, pasted)]),
  ];
  if (ways.length === 0) {
    throw new NotEnrolled(
      'This box is not enrolled. Start it with --registry URL and approve it there, or with --join file:PATH and a join token of the registry.',
    );
  }
  if (registryUrl === undefined) o.onProgress({ step: 'needs_token' });
  try {
    return await Promise.race(ways);
  } finally {
    decided.abort(new Error('the box was enrolled in another way'));
    await Promise.allSettled(ways);
  }
}

/** A token that is refused is told on the page, where another one can be pasted. */
async function enrolByPastedToken(
  o: IdentityOptions,
  key: DeviceKey,
  pasted: (signal: AbortSignal) => Promise<JoinToken>,
): Promise<Enrolment> {
  for (;;) {
    const join = await pasted(o.signal);
    try {
      return await enrolByToken(o, key, join);
    } catch (error) {
      if (!(error instanceof EnrolError)) throw error;
      o.onProgress({ step: 'enrolling', registryUrl: join.u, problem: error.message, retryInMs: 0 });
    }
  }
}

function enrolByCode(o: IdentityOptions, key: DeviceKey, registryUrl: string): Promise<Enrolment> {
  return claim({
    registryUrl,
    key,
    exchange: o.exchange,
    clock: o.clock,
    random: o.random,
    registryClock: o.registryClock,
    path: o.folder.enrolment,
    hostname: o.hostname,
    agentVersion: o.agentVersion,
    newTokenId: randomUUID,
    signal: o.signal,
    onClaim({ userCode: code, url, words, expiresAtMs }) {
      const onThisClock = expiresAtMs - o.registryClock.offsetMs();
      o.onProgress({ step: 'needs_approval', code, url, words, expiresAtMs: onThisClock });
    },
    onFailure({ message }, retryInMs) {
      o.onProgress({ step: 'enrolling', registryUrl, problem: message, retryInMs });
    },
  });
}

/** Waits for a registry that cannot be reached; a refusal is final. */
async function enrolByToken(o: IdentityOptions, key: DeviceKey, join: JoinToken): Promise<Enrolment> {
  let refused: unknown = null;
  const enrolled = await retryForever(
    async (signal) => {
      try {
        return await enrol({
          join,
          key,
          signal,
          exchange: o.exchange,
          clock: o.clock,
          registryClock: o.registryClock,
          path: o.folder.enrolment,
          hostname: o.hostname,
          agentVersion: o.agentVersion,
          newTokenId: randomUUID,
        });
      } catch (error) {
        if (error instanceof EnrolError && error.kind === 'unreachable') throw error;
        refused = error;
        return null;
      }
    },
    {
      backoff: { firstMs: 1_000, maxMs: 30_000 },
      clock: o.clock,
      random: o.random,
      signal: o.signal,
      onFailure(error, retryInMs) {
        o.onProgress({
          step: 'enrolling',
          registryUrl: join.u,
          problem: (error as Error).message,
          retryInMs,
        });
      },
    },
  );
  if (enrolled === null) throw refused;
  return enrolled;
}

const sameRegistry = (a: string, b: string): boolean => a.replace(/\/+$/, '') === b.replace(/\/+$/, '');

/**
 * Sets the registry clock by the `Date` header of any answer of the registry, so that a box whose own clock is
 * wrong signs tokens that are good. Does nothing when the registry cannot be reached.
 */
export async function measureRegistryClock(o: {
  registryUrl: string;
  exchange: Exchange;
  registryClock: RegistryClock;
  clock: Clock;
}): Promise<void> {
  const sentMonotonicMs = o.clock.monotonicMs();
  try {
    const { dateMs } = await o.exchange({ method: 'HEAD', url: `${o.registryUrl}/`, timeoutMs: 5_000 });
    if (dateMs === null) return;
    const receivedMonotonicMs = o.clock.monotonicMs();
    o.registryClock.observe({
      sentMonotonicMs,
      receivedMonotonicMs,
      registryAtMs: dateMs,
      granularityMs: 1_000,
    });
  } catch (error) {
    if (!(error instanceof HttpUnreachable)) throw error;
  }
}
