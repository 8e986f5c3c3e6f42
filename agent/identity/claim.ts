import {
  claimAnswer,
  claimPollAnswer,
  fingerprintWords,
  type ClaimAnswer,
  type ClaimPollAnswer,
  type ClaimRequest,
} from '@gantry/protocol/claim.js';
import type { Clock } from '../clock.js';
import type { Exchange } from '../http.js';
import { backoffMs } from '../retry.js';
import { enrolProof, EnrolError, keepEnrolment, postJson, type Enrolment } from './enrolment.js';
import type { DeviceKey } from './key.js';
import type { RegistryClock } from './registry-clock.js';

/** What a person needs to let this box in. */
export interface ShownClaim {
  userCode: string;
  /** Page where the code is approved. */
  url: string;
  /** Of this box's own key: the page shows the same words, or somebody stands in between. */
  words: readonly string[];
  /** Registry clock, epoch ms. */
  expiresAtMs: number;
}

export interface ClaimOptions {
  registryUrl: string;
  key: DeviceKey;
  /** Where the enrolment is kept. */
  path: string;
  hostname: string;
  agentVersion: string;
  exchange: Exchange;
  clock: Clock;
  random: () => number;
  registryClock: RegistryClock;
  newTokenId: () => string;
  /** A code is shown: the first one, and each that follows an expired one. */
  onClaim: (claim: ShownClaim) => void;
  /** The registry cannot be reached; it is asked again after the pause. */
  onFailure: (error: EnrolError, retryInMs: number) => void;
  signal: AbortSignal;
}

const backoff = { firstMs: 1_000, maxMs: 30_000 };

/**
 * Shows a code until a person approves it, and keeps the enrolment (RFC 8628 §3.3–3.5). Safe to repeat after a crash
 * at any step: the same key is shown the same code, and an approved claim answers the same enrolment for ever.
 * Throws EnrolError `denied` when the box is turned away, or the signal's reason.
 */
export async function claim(o: ClaimOptions): Promise<Enrolment> {
  let shown: ClaimAnswer | null = null;
  let failures = 0;
  for (;;) {
    o.signal.throwIfAborted();
    try {
      if (shown === null) {
        shown = await ask(o);
        o.onClaim({
          userCode: shown.userCode,
          url: shown.verificationUrl,
          words: fingerprintWords(o.key.thumbprint),
          expiresAtMs: shown.expiresAtMs,
        });
      }
      const answer = await poll(o, shown);
      failures = 0;
      switch (answer.state) {
        case 'approved':
          return await keepEnrolment(o, o.registryUrl, answer.enrolment);
        case 'rejected':
          throw new EnrolError('denied', 'This box was turned away by the person who looked at its code.');
        case 'expired':
          shown = null;
          break;
        case 'pending':
          await o.clock.sleep(answer.intervalSeconds * 1_000, o.signal);
          break;
        default:
          answer satisfies never;
      }
    } catch (error) {
      if (!(error instanceof EnrolError) || error.kind !== 'unreachable') throw error;
      const retryInMs = backoffMs(failures, backoff, o.random);
      failures += 1;
      o.onFailure(error, retryInMs);
      await o.clock.sleep(retryInMs, o.signal);
    }
  }
}

async function ask(o: ClaimOptions): Promise<ClaimAnswer> {
  const request = async (): Promise<ClaimRequest> => ({
    publicKey: o.key.publicKey,
    proof: await enrolProof(o, o.key.thumbprint),
    hostname: o.hostname.slice(0, 253),
    agentVersion: o.agentVersion,
  });
  return postJson(o, '/api/v1/claims', request, claimAnswer);
}

async function poll(o: ClaimOptions, { claimId }: ClaimAnswer): Promise<ClaimPollAnswer> {
  const request = async () => ({ proof: await enrolProof(o, claimId) });
  return postJson(o, `/api/v1/claims/${claimId}:poll`, request, claimPollAnswer);
}
