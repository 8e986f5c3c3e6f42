import { randomBytes, webcrypto } from 'node:crypto';

/** What `navigator.credentials.create` and `.get` are asked for, as far as it matters here. */
interface Options {
  challenge: string;
  rp?: { id?: string };
  rpId?: string;
}

/** A passkey in software, as a browser on `origin` would use it (WebAuthn level 3, algorithm ES256). */
export interface SoftwareAuthenticator {
  create(options: Options): Promise<Record<string, unknown>>;
  /** `counter`: what the device says; by default it counts up. */
  get(options: Options, counter?: number): Promise<Record<string, unknown>>;
}

const es256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const flags = { userPresent: 0x01, userVerified: 0x04, attested: 0x40 };

export async function createAuthenticator(origin: string): Promise<SoftwareAuthenticator> {
  const { subtle } = webcrypto;
  const keys = await subtle.generateKey(es256, true, ['sign']);
  const { x, y } = await subtle.exportKey('jwk', keys.publicKey);
  const credentialId = randomBytes(32);
  let uses = 0;

  const sha256 = async (bytes: Uint8Array | string) =>
    Buffer.from(await subtle.digest('SHA-256', Buffer.from(bytes as string)));
  const clientData = (type: string, { challenge }: Options) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  /** WebAuthn §6.1. */
  const authenticatorData = async (party: string, counter: number, attested: Buffer | null) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const said = flags.userPresent | flags.userVerified | (attested === null ? 0 : flags.attested);
    return Buffer.concat([await sha256(party), Buffer.of(said), count, attested ?? Buffer.alloc(0)]);
  };
  const answer = (response: Record<string, unknown>) => ({
    id: credentialId.toString('base64url'),
    rawId: credentialId.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    response,
  });

  return {
    create: async (options) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      // COSE_Key (RFC 9053 §7.1.1): EC2, ES256, P-256.
      const publicKey = cbor(
        new Map<number, number | Buffer>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, Buffer.from(x as string, 'base64url')],
          [-3, Buffer.from(y as string, 'base64url')],
        ]),
      );
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, publicKey]);
      const authData = await authenticatorData(options.rp?.id ?? '', uses, attested);
      const attestation = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]);
      return answer({
        clientDataJSON: clientData('webauthn.create', options).toString('base64url'),
        attestationObject: cbor(attestation).toString('base64url'),
        transports: ['internal'],
      });
    },
    get: async (options, counter = (uses += 1)) => {
      const data = clientData('webauthn.get', options);
      const authData = await authenticatorData(options.rpId ?? '', counter, null);
      const signed = Buffer.concat([authData, await sha256(data)]);
      const signature = Buffer.from(await subtle.sign(es256, keys.privateKey, signed));
      return answer({
        clientDataJSON: data.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: derOf(signature).toString('base64url'),
      });
    },
  };
}

/** RFC 8949, as much as WebAuthn needs: integers, byte and text strings, maps. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (value instanceof Map) {
    const pairs = [...value].flatMap(([key, item]) => [cbor(key), cbor(item)]);
    return Buffer.concat([head(5, value.size), ...pairs]);
  }
  throw new Error(`no CBOR for ${typeof value}`);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.of((major << 5) | length);
  if (length < 256) return Buffer.of((major << 5) | 24, length);
  return Buffer.of((major << 5) | 25, length >> 8, length & 0xff);
}

/** WebCrypto signs as r ‖ s, WebAuthn wants ASN.1 (RFC 3279 §2.2.3). */
function derOf(signature: Buffer): Buffer {
  const integer = (bytes: Buffer): Buffer => {
    const significant = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
    const positive = (significant[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), significant]) : significant;
    return Buffer.concat([Buffer.of(2, positive.length), positive]);
  };
  const body = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}
