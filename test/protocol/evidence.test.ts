import { generateKeyPairSync, randomFillSync, sign, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publicKey } from '@gantry/protocol/enrol.js';
import {
  canonicalBytes,
  chainFaults,
  isSignedBy,
  recordHash,
  type ChainRecord,
  type SignedRecord,
  type Statement,
} from '@gantry/protocol/evidence.js';
import { newId } from '@gantry/protocol/ids.js';

const mint = <Kind extends 'segment' | 'camera' | 'session'>(kind: Kind) =>
  newId(kind, 1, (bytes) => randomFillSync(bytes));

function makeKey() {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = pair.publicKey.export({ format: 'jwk' });
  return { privateKey: pair.privateKey, publicKey: publicKey.parse({ kty, crv, x, y }) };
}
const key = makeKey();

const signed = (record: ChainRecord, statement: Statement = 'recorded', by: KeyObject = key.privateKey) => ({
  statement,
  record,
  signature: sign('sha256', canonicalBytes(statement, record), {
    key: by,
    dsaEncoding: 'ieee-p1363',
  }).toString('base64url'),
});

async function chain(length: number): Promise<SignedRecord[]> {
  const cameraId = mint('camera');
  const sessionId = mint('session');
  const records: SignedRecord[] = [];
  let previous: string | null = null;
  for (let sequence = 0; sequence < length; sequence += 1) {
    const record: ChainRecord = {
      segmentId: mint('segment'),
      cameraId,
      sessionId,
      sequence,
      startedAtMs: sequence * 10_000,
      durationMs: 10_000,
      clockOffsetMs: -3,
      sha256: sequence.toString(16).padStart(64, '0'),
      previous,
    };
    records.push(signed(record));
    previous = await recordHash(record);
  }
  return records;
}

const faultsOf = (records: readonly SignedRecord[]) => chainFaults(records, () => key.publicKey);

describe('a chain of signed segments', () => {
  it('is whole as it was recorded, and so is any unbroken part of it', async () => {
    const records = await chain(6);
    expect(await faultsOf(records)).toEqual([]);
    expect(await faultsOf(records.slice(2, 5))).toEqual([]);
  });

  it('still is whole when a segment was lost and the agent said so', async () => {
    const records = await chain(4);
    const given = records[2];
    if (given === undefined) throw new Error('no record');
    records[2] = signed(given.record, 'lost');
    expect(await faultsOf(records)).toEqual([]);
  });

  it('names a segment that was taken out, moved, put in twice, or changed in any field', async () => {
    const records = await chain(5);
    const [first, second, third, fourth, fifth] = records as [
      SignedRecord,
      SignedRecord,
      SignedRecord,
      SignedRecord,
      SignedRecord,
    ];
    const kinds = async (list: SignedRecord[]) =>
      (await faultsOf(list)).map(({ kind, index }) => `${kind} ${index}`);
    expect(await kinds([first, second, fourth, fifth])).toEqual(['missing_before 2']);
    expect(await kinds([first, third, second, fourth, fifth])).toEqual([
      'out_of_order 1',
      'out_of_order 2',
      'out_of_order 3',
    ]);
    expect(await kinds([first, second, second, third])).toEqual(['forked 2']);
    const changes: Partial<ChainRecord>[] = [
      { durationMs: 9_999 },
      { startedAtMs: 1 },
      { clockOffsetMs: 0 },
      { sequence: 7 },
      { sha256: 'f'.repeat(64) },
      { previous: null },
    ];
    for (const change of changes) {
      const altered = { ...third, record: { ...third.record, ...change } };
      expect((await kinds([first, second, altered]))[0]).toBe('bad_signature 2');
    }
  });

  it('takes no statement for the other, and no other key for the agent’s', async () => {
    const [record] = await chain(1);
    if (record === undefined) throw new Error('no record');
    expect(await isSignedBy(key.publicKey, record)).toBe(true);
    expect(await isSignedBy(key.publicKey, { ...record, statement: 'lost' })).toBe(false);
    expect(await isSignedBy(makeKey().publicKey, record)).toBe(false);
    const { x, y } = key.publicKey;
    expect(await isSignedBy({ ...key.publicKey, x: y, y: x }, record)).toBe(false);
  });

  it('refuses every signature that was made up', async () => {
    const [record] = await chain(1);
    if (record === undefined) throw new Error('no record');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 64, maxLength: 64 }), async (bytes) => {
        const signature = Buffer.from(bytes).toString('base64url');
        expect(await isSignedBy(key.publicKey, { ...record, signature })).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
});
