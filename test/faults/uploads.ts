import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, type Clock } from '@gantry/agent/clock.js';
import { openChain } from '@gantry/agent/evidence/chain.js';
import { createLog } from '@gantry/agent/log.js';
import { openSpool } from '@gantry/agent/spool/spool.js';
import type { FootageLost, NewSegment } from '@gantry/agent/spool/spooled-segment.js';
import { createHttpSender } from '@gantry/agent/upload/http-sender.js';
import { startUploader, type Uploader } from '@gantry/agent/upload/uploader.js';
import { newId, type CameraId } from '@gantry/protocol/ids.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import { segments } from '@gantry/registry/db/schema/segments.js';
import { verifyStorage } from '@gantry/registry/recordings/verify-storage.js';
import type { Registry } from '@gantry/registry/registry.js';
import { record, type Footage } from '../registry/recordings/footage.js';
import { openShop } from '../registry/recordings/site.js';
import { enrolledWithKey } from '../registry/recordings/uploads.js';
import { startFaultProxy } from '../support/fault-proxy.js';
import { until } from '../support/until.js';

export interface UploadFindings {
  uploads: number;
  /** Above the size from which they go up in parts. */
  large: number;
  /** Connections that were cut at a random byte, of the request or of its answer. */
  cuts: number;
  tries: number;
  /** Without a row, or given up by the agent. */
  lost: string[];
  /** Stored twice, as rows or as objects. */
  doubled: string[];
  /** Whose bytes in the storage are not those that were recorded. */
  corrupt: string[];
}

const cameras = 4;
const megabyte = 1_000_000;
/** From the size of the segments: about every second connection carries one through. */
const kinds = {
  small: { leastBytes: 1_000, mostBytes: 40_000, cutWithinBytes: 80_000 },
  large: { leastBytes: 4.2 * megabyte, mostBytes: 9 * megabyte, cutWithinBytes: 12 * megabyte },
};
/** Pauses after failures are as long as they are; only their time passes faster. */
const hurried: Clock = {
  ...systemClock,
  sleep: (durationMs, signal) => systemClock.sleep(durationMs / 1_000, signal),
};

/**
 * Uploads segments from an agent's spool to a registry, over a line whose every connection is cut at a random byte,
 * until all are stored; then compares what was recorded with rows, objects and hashes.
 */
export async function runUploads(
  registry: Pick<Registry, 'port' | 'context' | 'storage'>,
  o: { folder: string; uploads: number; random: () => number; say: (text: string) => void },
): Promise<UploadFindings> {
  const { db } = registry.context;
  const shop = await openShop(db);
  const { tokens, key } = await enrolledWithKey(db, shop.agentId);
  const cameraIds = [shop.cameraId];
  while (cameraIds.length < cameras) cameraIds.push(await shop.addCamera());

  const log = createLog({ level: 'silent' });
  const lost: FootageLost[] = [];
  const spool = await openSpool({
    folder: join(o.folder, 'spool'),
    maxBytes: 4_000 * megabyte,
    newSegmentId: () => newId('segment', Date.now(), fill),
    onLost: async (event) => void lost.push(event),
    chain: await openChain({ folder: join(o.folder, 'chain'), privateKey: key.privateKey, log }),
    checkDisk: async () => undefined,
    log,
  });
  const recorder = await createRecorder(o.folder, cameraIds, shop.sinceMs + 60_000);
  const line = { cutWithinBytes: kinds.small.cutWithinBytes };
  const proxy = await startFaultProxy({
    targetPort: registry.port,
    cutAfterBytes: () => 1 + Math.floor(o.random() * line.cutWithinBytes),
  });
  const sender = createHttpSender({
    registryUrl: `http://127.0.0.1:${proxy.port}`,
    bearer: () => tokens.current(),
  });
  const recorded: SegmentMeta[] = [];
  const found = { tries: 0, stored: 0, rejected: [] as string[] };
  const uploader: Uploader = startUploader({
    spool,
    send: (segment, signal) => sender.send(segment, signal),
    inFlight: cameras,
    clock: hurried,
    random: o.random,
    log,
    onVerdict: ({ meta }, { kind }) => {
      found.tries += 1;
      if (kind === 'stored') found.stored += 1;
      else if (kind !== 'retry') found.rejected.push(meta.id);
      if (found.tries % 2_000 === 0) o.say(`${found.tries} tries, ${found.stored} stored`);
    },
  });
  const large = Math.ceil(o.uploads / 100);
  try {
    for (const [kind, count] of [
      ['small', o.uploads - large],
      ['large', large],
    ] as const) {
      const { leastBytes, mostBytes, cutWithinBytes } = kinds[kind];
      line.cutWithinBytes = cutWithinBytes;
      proxy.drop();
      for (let n = 0; n < count; n += 1) {
        // The spool holds some, as that of a box does; not all ten thousand.
        await until(() => spool.pending().segments < 200, { timeoutMs: 600_000, what: 'room in the spool' });
        const meta = await spool.add(await recorder(leastBytes + o.random() * (mostBytes - leastBytes)));
        if (meta !== null) recorded.push(meta);
        uploader.wake();
      }
      await until(() => uploader.idle(), { timeoutMs: 600_000, what: 'the end of the uploads' });
    }
  } finally {
    await uploader.close();
    await sender.close();
    await proxy.close();
    await spool.close();
  }
  const compared = await compare(registry, recorded);
  return {
    uploads: recorded.length,
    large,
    cuts: proxy.cuts(),
    tries: found.tries,
    ...compared,
    lost: [...compared.lost, ...found.rejected, ...lost.map(({ segmentId }) => segmentId)],
  };
}

const fill = (bytes: Uint8Array): Uint8Array => randomBytes(bytes.byteLength);

/** Makes segments as recorders leave them: playable, each different, one after the other on each camera. */
async function createRecorder(
  folder: string,
  cameraIds: readonly CameraId[],
  startMs: number,
): Promise<(sizeBytes: number) => Promise<NewSegment>> {
  const footage = await record({ seconds: 1, audio: false });
  const [{ bytes: playable }] = footage.files as [Footage['files'][number]];
  const sessions = cameraIds.map((cameraId) => ({
    cameraId,
    sessionId: newId('session', startMs, fill),
    next: 0,
  }));
  let made = 0;
  return async (sizeBytes) => {
    const session = sessions[made % sessions.length] as (typeof sessions)[number];
    made += 1;
    const sequence = session.next;
    session.next += 1;
    // A box that players skip makes it as long as asked, and different from every other.
    const filler = randomBytes(Math.max(24, Math.round(sizeBytes)));
    filler.writeUInt32BE(filler.byteLength, 0);
    filler.write('free', 4, 'latin1');
    const file = join(folder, `recorded-${made}.mp4`);
    await writeFile(file, Buffer.concat([playable, filler]));
    return {
      file,
      cameraId: session.cameraId,
      sessionId: session.sessionId,
      sequence,
      startedAtMs: startMs + sequence * 1_000,
      durationMs: 1_000,
      mediaOffsetUs: sequence * 1_000_000,
      clockOffsetMs: 0,
      video: 'h264',
      audio: null,
    };
  };
}

async function compare(
  { context, storage }: Pick<Registry, 'context' | 'storage'>,
  recorded: readonly SegmentMeta[],
): Promise<Pick<UploadFindings, 'lost' | 'doubled' | 'corrupt'>> {
  const rows = await context.db
    .select({
      id: segments.id,
      sessionId: segments.sessionId,
      sequence: segments.sequence,
      sha256: segments.sha256,
    })
    .from(segments);
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const places = new Set(rows.map(({ sessionId, sequence }) => `${sessionId} ${sequence}`));
  // Every byte is read again, and every object without a row is told.
  const { differences } = await verifyStorage({ ...context, storage }, { hashes: true, minOrphanAgeMs: 0 });
  const told = (...of: string[]): string[] =>
    differences.filter(({ kind }) => of.includes(kind)).map(({ key, kind }) => `${kind} ${key}`);
  return {
    lost: [...recorded.filter(({ id }) => !rowOf.has(id)).map(({ id }) => id), ...told('missing')],
    doubled: [...(rows.length > places.size ? ['rows'] : []), ...told('orphan')],
    corrupt: [
      ...recorded
        .filter(({ id, sha256 }) => (rowOf.get(id)?.sha256 ?? sha256) !== sha256)
        .map(({ id }) => id),
      ...told('altered', 'truncated'),
    ],
  };
}
