import { createHash, randomBytes } from 'node:crypto';
import { Failure } from '@gantry/registry/errors.js';
import type { Expected, Storage } from '@gantry/registry/recordings/storage/storage.js';
import { expect, it } from 'vitest';
import { inPieces } from '../footage.js';

const describeBytes = (bytes: Uint8Array): Expected => ({
  sizeBytes: bytes.byteLength,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

async function read(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt;
    return 'nothing was wrong';
  } catch (error) {
    return error instanceof Failure ? error.code : String(error);
  }
};

async function keysOf(storage: Storage, prefix: string): Promise<string[]> {
  const keys = [];
  for await (const object of storage.list(prefix)) keys.push(object.key);
  return keys.toSorted();
}

/**
 * What every storage promises. `storage` is asked for inside each test. `atomic: false` spares a test server
 * that writes straight into the object (s3rver; S3 itself keeps whole objects only).
 */
export function storageConformance(storage: () => Storage, traits = { atomic: true }): void {
  const put = (key: string, bytes: Uint8Array, expected = describeBytes(bytes)) =>
    storage().put(key, inPieces(bytes, 60_000), expected);

  it('gives back what was put, whole and in ranges', async () => {
    const bytes = randomBytes(200_000);
    await put('a/whole.mp4', bytes);
    expect((await read(await storage().get('a/whole.mp4'))).equals(bytes)).toBe(true);
    const range = { startByte: 1_000, endByte: 70_001 };
    expect(
      (await read(await storage().get('a/whole.mp4', range))).equals(bytes.subarray(1_000, 70_001)),
    ).toBe(true);
    const one = { startByte: 7, endByte: 8 };
    expect((await read(await storage().get('a/whole.mp4', one))).equals(bytes.subarray(7, 8))).toBe(true);
    expect(await storage().head('a/whole.mp4')).toMatchObject({ key: 'a/whole.mp4', sizeBytes: 200_000 });
  });

  it('replaces an object as a whole', async () => {
    await put('a/replaced.jpg', randomBytes(5_000));
    const newer = randomBytes(300);
    await put('a/replaced.jpg', newer);
    expect((await read(await storage().get('a/replaced.jpg'))).equals(newer)).toBe(true);
  });

  it('keeps nothing of bytes that are not those expected, and an older object as it was', async () => {
    const bytes = randomBytes(100_000);
    await put('b/older.mp4', bytes);
    const damaged = Buffer.from(bytes);
    damaged[99_999] = (damaged[99_999] as number) ^ 1;
    for (const wrong of [damaged, bytes.subarray(0, 99_999), Buffer.concat([bytes, Buffer.from('x')])]) {
      for (const key of traits.atomic ? ['b/older.mp4', 'b/new.mp4'] : ['b/new.mp4']) {
        expect(await codeOf(put(key, wrong, describeBytes(bytes)))).toBe('digest_mismatch');
      }
    }
    expect((await read(await storage().get('b/older.mp4'))).equals(bytes)).toBe(true);
    if (traits.atomic) expect(await storage().head('b/new.mp4')).toBeNull();
  });

  it('keeps nothing when the source breaks off, and says why it broke', async () => {
    const bytes = randomBytes(100_000);
    const breaking = async function* () {
      yield bytes.subarray(0, 70_000);
      throw new Failure('invalid', 'the source broke');
    };
    expect(await codeOf(storage().put('c/broken.mp4', breaking(), describeBytes(bytes)))).toBe('invalid');
    expect(await storage().head('c/broken.mp4')).toBeNull();
    expect(await keysOf(storage(), 'c/')).toEqual([]);
  });

  it('answers for absent objects: null, not found, deleted already', async () => {
    expect(await storage().head('d/absent')).toBeNull();
    expect(await codeOf(storage().get('d/absent'))).toBe('not_found');
    await storage().delete('d/absent');
  });

  it('lists what is there, by prefix', async () => {
    for (const key of ['e/1/x.mp4', 'e/2/y.mp4', 'f/z.mp4']) await put(key, randomBytes(10));
    expect(await keysOf(storage(), 'e/')).toEqual(['e/1/x.mp4', 'e/2/y.mp4']);
    await storage().delete('e/1/x.mp4');
    expect(await keysOf(storage(), 'e/')).toEqual(['e/2/y.mp4']);
    expect(await keysOf(storage(), 'nowhere/')).toEqual([]);
  });

  it('ends a read early without a complaint', async () => {
    await put('g/large.mp4', randomBytes(1_000_000));
    for await (const chunk of await storage().get('g/large.mp4')) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
  });

  it.each(['../outside', 'a/../../outside', '/etc/passwd', 'a//b', '.hidden', 'a/.', '', 'a\\b', 'a/b?c'])(
    'refuses %j as a key',
    async (key) => {
      expect(await codeOf(put(key, randomBytes(1)))).toBe('invalid');
      expect(await codeOf(storage().get(key))).toBe('invalid');
    },
  );
}
