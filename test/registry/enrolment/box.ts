import type { ClaimAnswer, ClaimPollAnswer } from '@gantry/protocol/claim.js';
import { publicKey, type PublicKey } from '@gantry/protocol/enrol.js';
import { thumbprintOf } from '@gantry/registry/access/jwt.js';
import { SignJWT } from 'jose';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Api } from '../../support/api.js';

/** A box with a key of its own, as far as claims go. */
export interface Box {
  thumbprint: string;
  publicKey: PublicKey;
  proof(subject: string): Promise<string>;
  bearer(agentId: string): Promise<string>;
  ask(api: Api, hostname?: string): Promise<ClaimAnswer>;
  poll(api: Api, claimId: string): Promise<ClaimPollAnswer>;
}

export async function newBox(nowMs: () => number = Date.now): Promise<Box> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = publicKey.parse(keys.publicKey.export({ format: 'jwk' }));
  const thumbprint = await thumbprintOf(key);
  const proof = (subject: string) => sign(keys.privateKey, thumbprint, 'gantry-enrol', subject, nowMs());
  return {
    thumbprint,
    publicKey: key,
    proof,
    bearer: (agentId) => sign(keys.privateKey, thumbprint, 'gantry-registry', agentId, nowMs()),
    ask: async (api, hostname = 'warehouse-01') =>
      api.post('/claims', {
        publicKey: key,
        proof: await proof(thumbprint),
        hostname,
        agentVersion: '0.1.0',
      }),
    poll: async (api, claimId) => api.post(`/claims/${claimId}:poll`, { proof: await proof(claimId) }),
  };
}

const sign = (key: KeyObject, thumbprint: string, audience: string, subject: string, nowMs: number) =>
  new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: thumbprint })
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt(Math.floor(nowMs / 1_000))
    .setExpirationTime(Math.floor(nowMs / 1_000) + 60)
    .sign(key);
