import { createPrivateKey, createPublicKey, hkdfSync, sign } from 'node:crypto';

/** Signs the agent's package, so that a box takes updates from the registry it knows and from nobody else. */
export interface PackageSigner {
  /** Ed25519, raw, base64url. */
  publicKey: string;
  /** Of what {@link signedText} says; base64url. */
  sign(text: string): string;
}

/** DER of PKCS#8 before the 32 bytes of an Ed25519 seed (RFC 8410 §7). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key follows from the registry's own secret: one registry has one, also after a restore. */
export function createPackageSigner(secret: Uint8Array): PackageSigner {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'gantry package signature 1', 32));
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicKey: x ?? '',
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64url'),
  };
}

/** What the signature is of. agent/service/manifest.ts says the same. */
export const signedText = (version: string, sha256: string): string =>
  `gantry-agent\n${version}\n${sha256}\n`;
