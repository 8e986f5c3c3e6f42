import { webcrypto } from 'node:crypto';
import { sealPurpose, type SealedLogin } from '@gantry/protocol/setup.js';
import { z } from 'zod';

const { subtle } = webcrypto;
const login = z.strictObject({ username: z.string().max(200), password: z.string().max(200) });

/** Opens logins that were sealed for this run of the agent; the private key never leaves the process. */
export interface LoginSeal {
  /** Raw point of P-256, base64url. */
  publicKey: string;
  /** Throws a RangeError for what was not sealed for this key. */
  open(sealed: SealedLogin): Promise<z.infer<typeof login>>;
}

/** A new key at every start: what was recorded of the line before cannot be read with it. */
export async function makeLoginSeal(): Promise<LoginSeal> {
  const keys = await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
  const publicKey = Buffer.from(await subtle.exportKey('raw', keys.publicKey)).toString('base64url');
  return {
    publicKey,
    async open({ key, nonce, text }) {
      try {
        const theirs = await subtle.importKey(
          'raw',
          bytes(key),
          { name: 'ECDH', namedCurve: 'P-256' },
          false,
          [],
        );
        const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, keys.privateKey, 256);
        const secret = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
        const info = new TextEncoder().encode(sealPurpose);
        // Both public keys are the salt: the key belongs to this pair alone.
        const salt = Buffer.concat([bytes(key), bytes(publicKey)]);
        const cipher = { name: 'AES-GCM', length: 256 };
        const how = { name: 'HKDF', hash: 'SHA-256', salt, info };
        const opener = await subtle.deriveKey(how, secret, cipher, false, ['decrypt']);
        const clear = await subtle.decrypt({ name: 'AES-GCM', iv: bytes(nonce) }, opener, bytes(text));
        return login.parse(JSON.parse(new TextDecoder().decode(clear)));
      } catch {
        throw new RangeError('This login was sealed for an earlier start of the box. Enter it again.');
      }
    },
  };
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));
