import type { AgentId, SegmentId } from '@gantry/protocol/ids.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import { partsOf, rangeOfPart, type UploadOffer } from '@gantry/protocol/upload.js';
import type { Context } from '../context.js';
import { databaseNow } from '../db/database.js';
import { and, desc, eq, lt } from '../db/drizzle.js';
import { uploads } from '../db/schema/uploads.js';
import { Failure } from '../errors.js';
import {
  ingestSegment,
  ingestThrough,
  passGate,
  readInit,
  type IngestOutcome,
  type IngestParts,
} from './ingest.js';
import { directKey, partKey, partsPrefix } from './storage/keys.js';

type Parts = IngestParts & Pick<Context, 'clock'>;

/** What one agent may have under way; more than an honest one sends side by side. */
const openUploads = 8;
/** What nobody completes is forgotten after this. */
const forgetAfterMs = 86_400_000;
/** How long a pre-signed address takes bytes. */
const directForMs = 15 * 60_000;

const ofAgent = (agentId: AgentId, segmentId: SegmentId) =>
  and(eq(uploads.agentId, agentId), eq(uploads.segmentId, segmentId));

const beginAgain = (segmentId: SegmentId): Failure =>
  new Failure('precondition_failed', `Bytes of segment ${segmentId} are missing here. Begin with the offer.`);

/**
 * Lets a large segment through the gate before its bytes, and says how they are to come (protocol/upload.ts).
 * Rejects as the ingest of a segment does.
 */
export async function offerUpload(parts: Parts, agentId: AgentId, meta: SegmentMeta): Promise<UploadOffer> {
  if ((await passGate(parts, agentId, meta)) === 'known') return { way: 'stored' };
  const { id, cameraId, sizeBytes, sha256 } = meta;
  const [before] = await parts.db.select().from(uploads).where(ofAgent(agentId, id));
  const same = before?.sha256 === sha256 && before.sizeBytes === sizeBytes;
  if (before !== undefined && !same) await forgetUpload(parts, agentId, id);
  await parts.db
    .insert(uploads)
    .values({ agentId, segmentId: id, cameraId, sizeBytes, sha256 })
    .onConflictDoUpdate({
      target: [uploads.agentId, uploads.segmentId],
      set: { offeredAt: await databaseNow(parts.db) },
    });
  await forgetOldest(parts, agentId);
  const { direct } = parts.storage;
  if (direct === undefined) return { way: 'parts', held: await heldParts(parts, agentId, meta) };
  const signed = await direct.sign(directKey(agentId, id), meta, directForMs);
  return { way: 'direct', ...signed, expiresAtMs: parts.clock.nowMs() + directForMs };
}

/** Disk that an agent fills without completing anything is bounded: of more uploads the oldest are forgotten. */
async function forgetOldest(parts: Parts, agentId: AgentId): Promise<void> {
  const surplus = await parts.db
    .select({ segmentId: uploads.segmentId })
    .from(uploads)
    .where(eq(uploads.agentId, agentId))
    .orderBy(desc(uploads.offeredAt))
    .offset(openUploads);
  for (const { segmentId } of surplus) await forgetUpload(parts, agentId, segmentId);
}

/** The row last: a crash in between leaves one that is forgotten again, never parts that nobody knows of. */
async function forgetUpload(parts: Parts, agentId: AgentId, segmentId: SegmentId): Promise<void> {
  for await (const { key } of parts.storage.list(partsPrefix(agentId, segmentId)))
    await parts.storage.delete(key);
  if (parts.storage.direct !== undefined) await parts.storage.delete(directKey(agentId, segmentId));
  await parts.db.delete(uploads).where(ofAgent(agentId, segmentId));
}

/** Forgets uploads that nobody completed for a day. Answers how many. */
export async function forgetOldUploads(parts: Parts, signal?: AbortSignal): Promise<number> {
  const oldest = new Date((await databaseNow(parts.db)).getTime() - forgetAfterMs);
  const old = await parts.db.select().from(uploads).where(lt(uploads.offeredAt, oldest)).limit(1_000);
  let forgotten = 0;
  for (const { agentId, segmentId } of old) {
    if (signal?.aborted) break;
    await forgetUpload(parts, agentId, segmentId);
    forgotten += 1;
  }
  // What came after its row had gone: the last part of a race, bytes for an address that was still open.
  for (const prefix of ['uploads/', 'direct/']) {
    for await (const { key, storedAtMs } of parts.storage.list(prefix)) {
      if (signal?.aborted) return forgotten;
      if (storedAtMs < parts.clock.nowMs() - forgetAfterMs) await parts.storage.delete(key);
    }
  }
  return forgotten;
}

async function heldParts(
  parts: Parts,
  agentId: AgentId,
  { id, sizeBytes }: Pick<SegmentMeta, 'id' | 'sizeBytes'>,
): Promise<number[]> {
  const sizes = new Map<string, number>();
  for await (const object of parts.storage.list(partsPrefix(agentId, id)))
    sizes.set(object.key, object.sizeBytes);
  const numbers = Array.from({ length: partsOf(sizeBytes) }, (_, index) => index + 1);
  return numbers.filter((part) => {
    const { from, to } = rangeOfPart(part, sizeBytes);
    return sizes.get(partKey(agentId, id, part)) === to - from;
  });
}

/**
 * Takes one part of a segment that was offered; the same part again replaces it. Rejects with
 * `precondition_failed` without an offer, `invalid` for a part that it does not have, `digest_mismatch`.
 */
export async function takePart(
  parts: Parts,
  agentId: AgentId,
  segmentId: SegmentId,
  { part, sha256 }: { part: number; sha256: string },
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const [offered] = await parts.db.select().from(uploads).where(ofAgent(agentId, segmentId));
  if (offered === undefined) throw beginAgain(segmentId);
  const count = partsOf(offered.sizeBytes);
  if (part > count) {
    throw new Failure('invalid', `Segment ${segmentId} has ${count} parts; there is no part ${part}.`);
  }
  const { from, to } = rangeOfPart(part, offered.sizeBytes);
  await parts.storage.put(partKey(agentId, segmentId, part), body, { sizeBytes: to - from, sha256 });
}

/**
 * Makes a segment of what was handed in: the gate is asked again, the whole is checked as if it had come in one
 * request. Rejects as the ingest of a segment does, and with `precondition_failed` when bytes are missing. Whatever
 * is final, what was handed in is thrown away.
 */
export async function completeUpload(
  parts: Parts,
  agentId: AgentId,
  meta: SegmentMeta,
): Promise<IngestOutcome> {
  const [offered] = await parts.db.select().from(uploads).where(ofAgent(agentId, meta.id));
  try {
    const outcome =
      offered === undefined
        ? await knownOnly(parts, agentId, meta)
        : offered.sha256 === meta.sha256 && offered.sizeBytes === meta.sizeBytes
          ? await join(parts, agentId, meta)
          : 'missing';
    if (outcome === 'missing') throw beginAgain(meta.id);
    await forgetUpload(parts, agentId, meta.id);
    return outcome;
  } catch (error) {
    const thrownAway = error instanceof Failure && (!error.retryable || error.code === 'digest_mismatch');
    if (thrownAway && error.code !== 'precondition_failed') await forgetUpload(parts, agentId, meta.id);
    throw error;
  }
}

/** The answer to the first `:complete` was lost, and what it stored is known. */
const knownOnly = async (parts: Parts, agentId: AgentId, meta: SegmentMeta): Promise<'known' | 'missing'> =>
  (await passGate(parts, agentId, meta)) === 'known' ? 'known' : 'missing';

async function join(parts: Parts, agentId: AgentId, meta: SegmentMeta): Promise<IngestOutcome | 'missing'> {
  const { storage } = parts;
  const { direct } = storage;
  if (direct !== undefined) {
    const from = directKey(agentId, meta.id);
    if ((await storage.head(from)) === null) return 'missing';
    return ingestThrough(parts, agentId, meta, async (key) => {
      // Judged under its final key, where nobody can put other bytes any more.
      await direct.adopt(from, key, meta);
      try {
        return await readInit(await storage.get(key), meta);
      } catch (error) {
        await storage.delete(key);
        throw error;
      }
    });
  }
  const held = await heldParts(parts, agentId, meta);
  if (held.length < partsOf(meta.sizeBytes)) return 'missing';
  async function* joined(): AsyncGenerator<Uint8Array> {
    for (const part of held) yield* await storage.get(partKey(agentId, meta.id, part));
  }
  return ingestSegment(parts, agentId, meta, joined());
}
