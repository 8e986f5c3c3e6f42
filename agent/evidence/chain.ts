import { sign, type KeyObject } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalBytes,
  chainRecord,
  recordHash,
  recordOf,
  signedRecord,
  type ChainRecord,
  type SegmentEvidence,
  type SignedRecord,
  type Statement,
} from '@gantry/protocol/evidence.js';
import { cameraId as cameraIdSchema, type CameraId } from '@gantry/protocol/ids.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import type { Log } from '../log.js';
import { readStored, writeDurably } from '../store.js';

/**
 * The signed chain of each camera's segments (protocol/evidence.ts). The order that survives every crash:
 * {@link Chain.link}, and the segment's description written with it → the segment taken over → {@link Chain.advance}.
 * A segment whose link names the head as the one before it was taken over after it: {@link Chain.recover} advances to it.
 */
export interface Chain {
  /** The link of a segment that is about to be taken over; one after the other. */
  link(meta: SegmentMeta): Promise<SegmentEvidence>;
  /** The segment is taken over: the next link names it. Durable when it resolves. */
  advance(meta: SegmentMeta): Promise<void>;
  /** After a start, with all segments that wait, in any order. */
  recover(metas: readonly SegmentMeta[]): Promise<void>;
  /** These bytes will never arrive: kept, signed, until it is told. Durable when it resolves. */
  lost(meta: SegmentMeta): Promise<void>;
  /** At most `limit` statements about lost segments that were not told. */
  untold(limit: number): Promise<SignedRecord[]>;
  told(records: readonly SignedRecord[]): Promise<void>;
  /** The newest link of each camera. */
  heads(): ReadonlyMap<CameraId, ChainRecord>;
}

export async function openChain(o: { folder: string; privateKey: KeyObject; log: Log }): Promise<Chain> {
  const headsFolder = join(o.folder, 'heads');
  const lostFolder = join(o.folder, 'lost');
  for (const folder of [headsFolder, lostFolder]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const heads = await readHeads(headsFolder, o.log);

  const signed = (statement: Statement, record: ChainRecord): SignedRecord => ({
    statement,
    record,
    signature: sign('sha256', canonicalBytes(statement, record), {
      key: o.privateKey,
      dsaEncoding: 'ieee-p1363',
    }).toString('base64url'),
  });
  const headHash = async (cameraId: CameraId): Promise<string | null> => {
    const head = heads.get(cameraId);
    return head ? recordHash(head) : null;
  };
  const moveHead = async (record: ChainRecord): Promise<void> => {
    heads.set(record.cameraId, record);
    await writeDurably(join(headsFolder, `${record.cameraId}.json`), JSON.stringify(record));
  };
  return {
    async link(meta) {
      const previous = await headHash(meta.cameraId);
      return { previous, signature: signed('recorded', recordOf(meta, previous)).signature };
    },
    async advance(meta) {
      if (meta.evidence) await moveHead(recordOf(meta, meta.evidence.previous));
    },
    async recover(metas) {
      const following = new Map<string, ChainRecord>();
      const placeAfter = (cameraId: CameraId, hash: string | null) => `${cameraId} ${hash}`;
      for (const meta of metas) {
        if (!meta.evidence) continue;
        const record = recordOf(meta, meta.evidence.previous);
        following.set(placeAfter(record.cameraId, record.previous), record);
      }
      // More than one step where a full disk took segments and not the head.
      for (const cameraId of new Set(metas.map((meta) => meta.cameraId))) {
        const next = async () => following.get(placeAfter(cameraId, await headHash(cameraId)));
        for (let record = await next(); record; record = await next()) await moveHead(record);
      }
    },
    async lost(meta) {
      if (!meta.evidence) return;
      const statement = signed('lost', recordOf(meta, meta.evidence.previous));
      await writeDurably(join(lostFolder, `${meta.id}.json`), JSON.stringify(statement));
    },
    async untold(limit) {
      const records: SignedRecord[] = [];
      for (const name of (await readdir(lostFolder)).sort()) {
        if (records.length === limit) break;
        if (!name.endsWith('.json')) continue;
        const stored = await readStored(join(lostFolder, name), signedRecord);
        if (stored.kind === 'value') records.push(stored.value);
        else o.log.error({ stored }, 'a statement about a lost segment cannot be read');
      }
      return records;
    },
    async told(records) {
      for (const { record } of records)
        await rm(join(lostFolder, `${record.segmentId}.json`), { force: true });
    },
    heads: () => heads,
  };
}

/** After a head that cannot be read the next link names none before it: a check tells that the chain begins anew. */
async function readHeads(folder: string, log: Log): Promise<Map<CameraId, ChainRecord>> {
  const heads = new Map<CameraId, ChainRecord>();
  for (const name of await readdir(folder)) {
    const cameraId = cameraIdSchema.safeParse(name.replace(/\.json$/, ''));
    if (!cameraId.success) continue;
    const stored = await readStored(join(folder, name), chainRecord);
    if (stored.kind === 'value') heads.set(cameraId.data, stored.value);
    else log.error({ cameraId: cameraId.data, stored }, 'the chain of a camera begins anew');
  }
  return heads;
}
