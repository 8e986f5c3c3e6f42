import { setTimeout as wait } from 'node:timers/promises';
import type { AgentId } from '@gantry/protocol/ids.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import type { Context } from '../context.js';
import type { Database, Queryable, Transaction } from '../db/database.js';
import { and, eq, or, sql } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import { segments, type KeptEvidence } from '../db/schema/segments.js';
import { Failure, notFound } from '../errors.js';
import { checkEvidence } from './evidence.js';
import { BrokenMp4 } from './mp4/boxes.js';
import { createInspector, type Inspection, type Track } from './mp4/inspect.js';
import { permissionAt, permissionHeld, type Permission } from './permission.js';
import { encodeSegmentKey } from './storage/keys.js';
import type { Storage } from './storage/storage.js';

export type IngestParts = Pick<Context, 'db' | 'random'> & { storage: Storage };

/** `stored`: the bytes are new and durable; `known`: the same bytes were stored before. */
export type IngestOutcome = 'stored' | 'known';

const dayMs = 86_400_000;
/** The one clock of entitlements (R18), read along with a row. */
const databaseNowMs = sql<number>`(extract(epoch from date_trunc('milliseconds', clock_timestamp())) * 1000)::float8`;

/**
 * Two measurements of one clock, and a recorder's guess of when its first picture came, differ by less. Correcting by
 * so little would tear segments apart that follow each other exactly.
 */
const measuringErrorMs = 2_000;

/**
 * Start of a segment on the registry's clock. What has arrived cannot end in the future: a clock that runs ahead, or
 * lies, moves the segment back. An error of measuring is left alone.
 */
export function startOnRegistryClock(
  meta: Pick<SegmentMeta, 'startedAtMs' | 'clockOffsetMs' | 'durationMs'>,
  nowMs: number,
): number {
  const claimedMs = meta.startedAtMs + meta.clockOffsetMs;
  const latestMs = nowMs - meta.durationMs;
  return claimedMs <= latestMs + measuringErrorMs ? claimedMs : latestMs;
}

/**
 * The camera's agent may; and one that was replaced by it, for what it recorded before that (R43). The agent's own
 * clock suffices here: whether the time was one to record at is decided below, on the registry's.
 */
const mayHandIn = (agentId: AgentId, { startedAtMs, clockOffsetMs }: SegmentMeta) =>
  sql`(${cameras.agentId} = ${agentId} or exists (
    select from agents former where former.id = ${agentId} and former.replaced_by_id = ${cameras.agentId}
      and former.ended_at > ${new Date(startedAtMs + clockOffsetMs).toISOString()}::timestamptz))`;

/** The same segment, by id or by place in its session (a salvaged file under a new id); null: not here yet. */
async function findKnown(queryable: Queryable, agentId: AgentId, meta: SegmentMeta): Promise<'known' | null> {
  const found = await queryable
    .select({ sha256: segments.sha256, cameraId: segments.cameraId, agentId: segments.agentId })
    .from(segments)
    .where(
      or(
        eq(segments.id, meta.id),
        and(eq(segments.sessionId, meta.sessionId), eq(segments.sequence, meta.sequence)),
      ),
    );
  if (found.length === 0) return null;
  const same = found.every(
    (row) => row.sha256 === meta.sha256 && row.cameraId === meta.cameraId && row.agentId === agentId,
  );
  if (same) return 'known';
  throw new Failure(
    'conflict',
    `Segment ${meta.id} (place ${meta.sequence} of session ${meta.sessionId}) is stored with other bytes. Keep the file and look at why two differ.`,
  );
}

const notPermitted = (meta: SegmentMeta, startMs: number): Failure =>
  new Failure(
    'recording_not_permitted',
    `Camera ${meta.cameraId} was not to be recorded at ${new Date(startMs).toISOString()}; the segment was not kept. Delete it.`,
  );

/**
 * Looks at a file while its bytes pass. The verdict comes when it is asked for, after the digest was found
 * right: bytes that were damaged on the way are no broken file, and a retry mends them.
 */
function watchFile(meta: SegmentMeta): {
  pass: (body: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>;
  /** Throws `invalid` with what is wrong with the file. */
  verdict: () => Inspection;
} {
  const inspector = createInspector();
  let fault: BrokenMp4 | null = null;
  const attempt = <Result>(look: () => Result): Result | null => {
    if (fault !== null) return null;
    try {
      return look();
    } catch (error) {
      if (!(error instanceof BrokenMp4)) throw error;
      fault = error;
      return null;
    }
  };
  return {
    async *pass(body) {
      for await (const chunk of body) {
        attempt(() => inspector.push(chunk));
        yield chunk;
      }
    },
    verdict() {
      const inspection = attempt(() => {
        const seen = inspector.end();
        requireVideo(seen.tracks, meta.video);
        return seen;
      });
      if (inspection !== null) return inspection;
      throw cannotBePlayed(fault);
    },
  };
}

const cannotBePlayed = (fault: BrokenMp4 | null): Failure =>
  new Failure('invalid', `The segment cannot be played: ${fault?.message}. It was not kept.`);

/** Throws {@link BrokenMp4} when another encoding was announced. */
function requireVideo(tracks: readonly Track[], announced: SegmentMeta['video']): void {
  const expected = announced === 'h264' ? ['avc1', 'avc3'] : ['hvc1', 'hev1'];
  const found = tracks.find((track) => track.media === 'vide')?.sampleEntry ?? 'none';
  if (!expected.includes(found)) {
    throw new BrokenMp4(`the video is "${found}" where ${announced} was announced`);
  }
}

/**
 * The init section of a stored file, read no further than needed: its media was vouched for by its digest.
 * Throws `invalid` when a player could not begin.
 */
export async function readInit(file: AsyncIterable<Uint8Array>, meta: SegmentMeta): Promise<StoredInit> {
  const inspector = createInspector();
  try {
    for await (const chunk of file) {
      inspector.push(chunk);
      const init = inspector.init();
      if (init === null) continue;
      requireVideo(init.tracks, meta.video);
      return { initBytes: init.initBytes, initSha256: init.initSha256 };
    }
    throw new BrokenMp4('there is no "moov"');
  } catch (error) {
    throw error instanceof BrokenMp4 ? cannotBePlayed(error) : error;
  }
}

/** What is known of a file once its bytes are stored. */
export type StoredInit = Pick<Inspection, 'initBytes' | 'initSha256'>;

/**
 * The ingest gate (R18): the wall that holds against an agent that is offline or hostile. Takes one segment of
 * an agent; the bytes are durable in the storage before the row says so, and both before it resolves.
 *
 * Rejects with a {@link Failure}: `not_found` (no camera of this agent), `conflict`, `digest_mismatch`,
 * `invalid` (no fragmented MP4, no signature of the agent's), `recording_not_permitted`, `storage_full`. Nothing
 * is kept then. A crash between bytes and row leaves an object without a row, which {@link sweepOrphans} removes.
 *
 * Segments of different sessions may overlap in time (a restarted recorder, a corrected clock): both are
 * kept, for refusing would lose footage; the timeline plays each moment once.
 */
export function ingestSegment(
  parts: IngestParts,
  agentId: AgentId,
  meta: SegmentMeta,
  body: AsyncIterable<Uint8Array>,
): Promise<IngestOutcome> {
  return ingestThrough(parts, agentId, meta, async (key) => {
    const file = watchFile(meta);
    await parts.storage.put(key, file.pass(body), meta, () => void file.verdict());
    return file.verdict();
  });
}

/** {@link ingestSegment} for bytes that come another way: `store` brings them, whole and right, under a key. */
export async function ingestThrough(
  parts: IngestParts,
  agentId: AgentId,
  meta: SegmentMeta,
  store: (key: string) => Promise<StoredInit>,
): Promise<IngestOutcome> {
  const { storage } = parts;
  const gate = await passGate(parts, agentId, meta);
  if (gate === 'known') return 'known';
  const key = encodeSegmentKey({
    cameraId: meta.cameraId,
    segmentId: meta.id,
    attempt: Buffer.from(parts.random(8)).toString('hex'),
  });
  const { initBytes, initSha256 } = await store(key);
  const kept = { storageKey: key, evidence: gate.evidence, initBytes, initSha256 };
  try {
    const outcome = await keep(parts, agentId, meta, gate.startMs, kept);
    if (outcome === 'known') await storage.delete(key);
    return outcome;
  } catch (error) {
    // Only a decision removes the bytes: after a broken connection the row may well have been committed.
    if (error instanceof Failure) await storage.delete(key);
    throw error;
  }
}

/** Asks everything that can be asked before the bytes: whose it is, whether it is known, permitted and signed. */
export async function passGate(
  parts: IngestParts,
  agentId: AgentId,
  meta: SegmentMeta,
): Promise<'known' | { startMs: number; evidence: KeptEvidence | null }> {
  const { db } = parts;
  const [camera] = await db
    .select({ nowMs: databaseNowMs })
    .from(cameras)
    .where(and(eq(cameras.id, meta.cameraId), mayHandIn(agentId, meta)));
  if (camera === undefined) throw notFound('camera', meta.cameraId);
  if ((await findKnown(db, agentId, meta)) === 'known') return 'known';
  // Whole before it was sent: it had ended when the upload began, however long the transfer takes.
  const startMs = startOnRegistryClock(meta, camera.nowMs);
  // The short end of a session may begin after now, by the error of measuring. Who may record then is known then (R18).
  if (startMs >= camera.nowMs) await wait(startMs - camera.nowMs + 1);
  await refuseEarly(parts, meta, startMs);
  return { startMs, evidence: await checkEvidence(parts, agentId, meta, startMs) };
}

/** Spares the transfer of what will be refused. Looks without locks first; only under them it may refuse. */
async function refuseEarly({ db }: IngestParts, meta: SegmentMeta, startMs: number): Promise<void> {
  if ((await permissionAt(db, meta.cameraId, startMs)) !== null) return;
  await decide(db, meta, startMs, async (_tx, permission) => {
    if (permission === null) throw notPermitted(meta, startMs);
  });
}

/** Acts on the permission in the transaction that holds the switches still. */
async function decide<Result>(
  db: Database,
  meta: SegmentMeta,
  startMs: number,
  act: (tx: Transaction, permission: Permission | null) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const decided = await db.transaction(async (tx) => {
      const permission = await permissionHeld(tx, meta.cameraId, startMs);
      return permission === 'moved' ? null : { result: await act(tx, permission) };
    });
    if (decided !== null) return decided.result;
  }
}

async function keep(
  { db }: IngestParts,
  agentId: AgentId,
  meta: SegmentMeta,
  startMs: number,
  kept: { storageKey: string; evidence: KeptEvidence | null } & Pick<Inspection, 'initBytes' | 'initSha256'>,
): Promise<IngestOutcome> {
  return decide(db, meta, startMs, async (tx, permission) => {
    // A copy of a stored segment is answered alike whatever was switched since.
    if (permission === null) {
      if ((await findKnown(tx, agentId, meta)) === 'known') return 'known';
      throw notPermitted(meta, startMs);
    }
    const inserted = await tx
      .insert(segments)
      .values({
        id: meta.id,
        cameraId: meta.cameraId,
        customerId: permission.customerId,
        agentId,
        sessionId: meta.sessionId,
        sequence: meta.sequence,
        startedAt: new Date(startMs),
        durationMs: meta.durationMs,
        mediaOffsetUs: meta.mediaOffsetUs,
        sizeBytes: meta.sizeBytes,
        sha256: meta.sha256,
        video: meta.video,
        audio: meta.audio,
        initBytes: kept.initBytes,
        initSha256: kept.initSha256,
        storageKey: kept.storageKey,
        evidence: kept.evidence,
        keepUntil: new Date(startMs + permission.retentionDays * dayMs),
      })
      .onConflictDoNothing()
      .returning({ id: segments.id });
    if (inserted.length > 0) return 'stored';
    // Another upload of it was committed after the look before the transfer.
    return (await findKnown(tx, agentId, meta)) ?? 'known';
  });
}
