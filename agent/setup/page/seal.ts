import type { SealedLogin } from '@gantry/protocol/setup.js';

/** As `sealPurpose` of the protocol: the page loads no other module. */
const purpose = 'gantry camera login 1';

/** Seals a login for the agent with this public key (protocol/setup.ts). Rejects where the page is no secure context. */
export async function sealLogin(
  agentKey: string,
  login: { username: string; password: string },
): Promise<SealedLogin> {
  const curve = { name: 'ECDH', namedCurve: 'P-256' };
  const theirs = await crypto.subtle.importKey('raw', bytesOf(agentKey), curve, false, []);
  const own = await crypto.subtle.generateKey(curve, false, ['deriveBits']);
  const key = new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey));
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own.privateKey, 256);
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const salt = new Uint8Array([...key, ...bytesOf(agentKey)]);
  const info = new TextEncoder().encode(purpose);
  const how = { name: 'HKDF', hash: 'SHA-256', salt, info };
  const sealer = await crypto.subtle.deriveKey(how, secret, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
  ]);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const clear = new TextEncoder().encode(JSON.stringify(login));
  const text = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, sealer, clear));
  return { key: textOf(key), nonce: textOf(nonce), text: textOf(text) };
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

const textOf = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
