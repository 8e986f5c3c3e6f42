import { createCipheriv, createDecipheriv } from 'node:crypto';

const algorithm = 'aes-256-gcm';

/** Encrypts a secret for the database: `nonce.tag.text`, base64url. `about` ties it to its row. */
export function seal(
  key: Uint8Array,
  random: (sizeBytes: number) => Uint8Array,
  text: string,
  about: string,
): string {
  const nonce = random(12);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(about));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [nonce, cipher.getAuthTag(), sealed]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}

/** The inverse of {@link seal}. Throws when the key, the text or what it is about is another one. */
export function unseal(key: Uint8Array, sealed: string, about: string): string {
  const [nonce, tag, text] = sealed.split('.').map((part) => Buffer.from(part, 'base64url'));
  if (nonce === undefined || tag === undefined || text === undefined) throw new Error('this is not sealed');
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: 16 })
    .setAAD(Buffer.from(about))
    .setAuthTag(tag);
  return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
}
