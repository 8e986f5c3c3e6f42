import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { publicKey, type PublicKey } from '@gantry/protocol/enrol.js';
import { readStored, writeDurably } from '../store.js';
import { thumbprintOf } from './jwt.js';

/** The box's identity: a P-256 key pair that never leaves it. */
export interface DeviceKey {
  publicKey: PublicKey;
  privateKey: KeyObject;
  thumbprint: string;
}

const privateJwk = publicKey.extend({ d: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

/** The key file is unreadable. A new key would be a stranger to the registry, so none is made. */
export class KeyDamaged extends Error {
  override readonly name = 'KeyDamaged';
}

/**
 * Reads the key, or makes and stores it (mode 0600, durable) at the first start. It is on disk before it is
 * used: an enrolment that was answered is never followed by a start with another key.
 */
export async function loadOrMakeKey(path: string): Promise<{ key: DeviceKey; made: boolean }> {
  const stored = await readStored(path, privateJwk);
  if (stored.kind === 'damaged') {
    throw new KeyDamaged(
      `The key of this box is damaged (${stored.why}). Restore the file from a backup, or remove it and enrol again with a new token.`,
    );
  }
  if (stored.kind === 'value') return { key: await fromJwk(stored.value), made: false };
  const jwk = privateJwk.parse(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  );
  await writeDurably(path, JSON.stringify(jwk), 0o600);
  return { key: await fromJwk(jwk), made: true };
}

async function fromJwk({ d, ...jwk }: z.infer<typeof privateJwk>): Promise<DeviceKey> {
  return {
    publicKey: jwk,
    privateKey: createPrivateKey({ key: { ...jwk, d }, format: 'jwk' }),
    thumbprint: await thumbprintOf(jwk),
  };
}
