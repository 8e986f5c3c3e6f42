import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChain } from '@gantry/agent/evidence/chain.js';
import { loadOrMakeKey, type DeviceKey } from '@gantry/agent/identity/key.js';
import { createLog } from '@gantry/agent/log.js';
import { chainFaults, recordOf, type SignedRecord } from '@gantry/protocol/evidence.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newCameraId, openTestSpool, recordedFile } from '../spool/spooling.js';

let root: string;
let key: DeviceKey;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gantry-chain-'));
  key = (await loadOrMakeKey(join(root, 'key.json'))).key;
});
afterEach(() => rm(root, { recursive: true, force: true }));

const log = createLog({ level: 'silent' });
const open = () => openChain({ folder: join(root, 'evidence'), privateKey: key.privateKey, log });
const signedOf = (meta: SegmentMeta): SignedRecord => {
  if (!meta.evidence) throw new Error('the segment has no evidence');
  const { previous, signature } = meta.evidence;
  return { statement: 'recorded', record: recordOf(meta, previous), signature };
};
const faultsOf = (records: readonly SignedRecord[]) => chainFaults(records, () => key.publicKey);

describe('the chain of a camera', () => {
  it('is whole over restarts and crashes at any step, and holds when segments are evicted', async () => {
    const folder = join(root, 'spool');
    const [cameraId, other] = [newCameraId(), newCameraId()];
    const records: SignedRecord[] = [];
    const heads = join(root, 'evidence', 'heads', `${cameraId}.json`);
    for (let run = 0; run < 4; run += 1) {
      const chain = await open();
      const { spool } = await openTestSpool(folder, {
        chain,
        onLost: ({ meta }) => chain.lost(meta),
        maxBytes: 9_000,
      });
      for (let count = 0; count < 4; count += 1) {
        // Killed after the segment was taken over and before the head was written: the older head is still there.
        const older = chain.heads().get(cameraId);
        const startedAtMs = run * 100 + count;
        const meta = await spool.add(await recordedFile(root, { cameraId, startedAtMs }));
        await spool.add(await recordedFile(root, { cameraId: other, startedAtMs }));
        if (!meta) throw new Error('the segment was lost');
        records.push(signedOf(meta));
        if (count === 3 && older) await writeFile(heads, JSON.stringify(older));
      }
      await spool.close();
    }
    expect(records).toHaveLength(16);
    expect(await faultsOf(records)).toEqual([]);
    expect(records[0]?.record.previous).toBeNull();

    const chain = await open();
    const lost = await chain.untold(100);
    expect(lost.length).toBeGreaterThan(10);
    const lostIds = new Set(lost.map(({ record }) => record.segmentId));
    const asTold = records.map(
      (signed) => lost.find(({ record }) => record.segmentId === signed.record.segmentId) ?? signed,
    );
    expect(asTold.filter(({ statement }) => statement === 'lost').length).toBeGreaterThan(5);
    expect(await faultsOf(asTold)).toEqual([]);

    await chain.told(lost.slice(0, 3));
    expect((await chain.untold(100)).map(({ record }) => record.segmentId)).toEqual([...lostIds].slice(3));
  });

  it('goes on behind all that waits when the disk had taken segments and not where the chain ends', async () => {
    const cameraId = newCameraId();
    const chain = await open();
    const { spool } = await openTestSpool(join(root, 'spool'), { chain });
    const metas: SegmentMeta[] = [];
    for (let startedAtMs = 0; startedAtMs < 6; startedAtMs += 1) {
      const meta = await spool.add(await recordedFile(root, { cameraId, startedAtMs }));
      if (meta) metas.push(meta);
    }
    await spool.close();
    const [first, last] = [metas[0], metas[5]].map((meta) => meta && signedOf(meta).record);
    await writeFile(join(root, 'evidence', 'heads', `${cameraId}.json`), JSON.stringify(first));
    const reopened = await open();
    expect(reopened.heads().get(cameraId)).toEqual(first);
    await reopened.recover(metas.toReversed());
    expect(reopened.heads().get(cameraId)).toEqual(last);
  });

  it('begins anew after a head that cannot be read, and says so to who checks', async () => {
    const cameraId = newCameraId();
    const { spool } = await openTestSpool(join(root, 'spool'), { chain: await open() });
    await spool.add(await recordedFile(root, { cameraId }));
    const [head] = await readdir(join(root, 'evidence', 'heads'));
    await writeFile(join(root, 'evidence', 'heads', head ?? ''), '{"cut":');
    const chain = await open();
    const next = await openTestSpool(join(root, 'elsewhere'), { chain });
    const meta = await next.spool.add(await recordedFile(root, { cameraId }));
    expect(meta?.evidence?.previous).toBeNull();
  });
});
