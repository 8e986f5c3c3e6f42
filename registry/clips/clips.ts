import type { CameraId, ClipId, TenantId } from '@gantry/protocol/ids.js';
import { mayOnFootage, recordWatching, requireOnFootage } from '../access/camera-access.js';
import { scopeOf, type ActingPrincipal } from '../access/principal.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { and, desc, eq, getTableColumns, inArray, lt, type SQL, sql } from '../db/drizzle.js';
import { clips } from '../db/schema/clips.js';
import { operations } from '../db/schema/operations.js';
import type { CameraPermission } from '../db/schema/roles.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { queueOperation, type OperationRow } from '../operations/operations.js';
import { requireArchive, type TimeRange } from '../recordings/archive.js';
import type { Storage } from '../recordings/storage/storage.js';
import { scopeHolds } from '../tenancy/scope.js';
import { invalidField } from '../tenancy/tenants.js';
import { clipFootage, type ClipFootage } from './footage.js';

export const exportKind = 'clip.export';
/** Progress of an export is told in these. */
export const exportTicks = 100;
export const longestClipMs = 3 * 3_600_000;
const largestClipBytes = 8 * 1024 ** 3;
/** Exports of one customer that may wait or run. */
const openExports = 20;
const dayMs = 86_400_000;

/** What the operation needs to go on after a restart; the clip's row says the rest. */
export interface ExportPayload extends Record<string, unknown> {
  clipId: ClipId;
}

export type ClipRow = typeof clips.$inferSelect;
export interface Clip extends ClipRow {
  /** Of the customer whose footage it is. */
  customerPath: string;
  operation: Pick<OperationRow, 'state' | 'done' | 'total' | 'failures'> | null;
}

export interface NewClip {
  cameraId: CameraId;
  range: TimeRange;
  name: string;
  expiresInDays: number;
}

type Parts = Pick<Context, 'db' | 'clock' | 'newId' | 'changes'>;

/**
 * Orders a clip of a camera's footage; an operation makes it. Throws `not_found` (camera unseen, nothing recorded),
 * `forbidden` (no right `clip`), `invalid` (too long, too large, two customers' footage, the picture's format
 * changes within it), `conflict` (too many are being made).
 */
export async function createClip(
  parts: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  input: NewClip,
): Promise<Clip> {
  const { cameraId, range } = input;
  if (range.endMs - range.startMs > longestClipMs) {
    throw invalidField('/to', 'too_big', 'a clip may be three hours long; make several');
  }
  const verdict = await requireOnFootage(parts, principal, cameraId, 'clip');
  await requireArchive(parts.db, scopeOf(principal), cameraId);
  const footage = await clipFootage(parts.db, { scope: verdict.footage }, cameraId, range);
  const customerId = ownerOf(cameraId, footage);
  await recordWatching(parts, actor, cameraId, verdict, range);
  const id = parts.newId('clip');
  await parts.db.transaction(async (tx) => {
    await requireRoom(tx, customerId);
    const operation = await queueOperation(parts, tx, actor, exportOf(id, customerId));
    await tx.insert(clips).values({
      id,
      cameraId,
      customerId,
      name: input.name,
      fromAt: new Date(range.startMs),
      toAt: new Date(range.endMs),
      operationId: operation.id,
      createdBy: actor.name,
      expiresAt: new Date(parts.clock.nowMs() + input.expiresInDays * dayMs),
    });
    const [from, to] = [range.startMs, range.endMs].map((ms) => new Date(ms).toISOString());
    await record(tx, {
      actor,
      tenantId: customerId,
      target: { kind: 'clip', id },
      cameraId,
      operation: 'clip.created',
      sentence: `${actor.name} cut the clip ${input.name} out of ${verdict.camera.name}, ${from} to ${to}`,
      after: { cameraId, from, to },
    });
  });
  parts.changes.hint('operation', undefined);
  return requireClip(parts, principal, id, 'clip');
}

const exportOf = (clipId: ClipId, customerId: TenantId) => ({
  kind: exportKind,
  tenantId: customerId,
  payload: { clipId } satisfies ExportPayload,
  total: exportTicks,
});

/** The one customer whose footage it is, in one format throughout. */
function ownerOf(cameraId: CameraId, { entries, sizeBytes }: ClipFootage): TenantId {
  const first = entries[0]?.segment;
  if (first === undefined) {
    throw new Failure(
      'not_found',
      `Nothing of camera ${cameraId} is recorded in this time. Choose another one.`,
    );
  }
  if (sizeBytes > largestClipBytes) {
    throw invalidField('/to', 'too_big', 'these recordings are over 8 GiB; make several clips');
  }
  const at = (segment: { startMs: number }): string => new Date(segment.startMs).toISOString();
  const other = entries.find(({ segment }) => segment.customerId !== first.customerId);
  if (other !== undefined) {
    throw invalidField(
      '/to',
      'two_owners',
      `the recordings belong to another customer from ${at(other.segment)} on; make one clip of each time`,
    );
  }
  const changed = entries.find(({ segment }) => segment.initSha256 !== first.initSha256);
  if (changed !== undefined) {
    throw invalidField(
      '/to',
      'format_changes',
      `the picture has another format from ${at(changed.segment)} on; make one clip before and one after`,
    );
  }
  return first.customerId;
}

async function requireRoom(tx: Transaction, customerId: TenantId): Promise<void> {
  const open = await tx.$count(
    operations,
    and(
      eq(operations.kind, exportKind),
      eq(operations.tenantId, customerId),
      inArray(operations.state, ['queued', 'running']),
    ),
  );
  if (open < openExports) return;
  throw new Failure(
    'conflict',
    `${open} clips are being made already. Wait for some of them, or cancel them.`,
  );
}

const columns = {
  ...getTableColumns(clips),
  customerPath: tenants.path,
  operation: {
    state: operations.state,
    done: operations.done,
    total: operations.total,
    failures: operations.failures,
  },
};

const read = (parts: Pick<Context, 'db'>, where: SQL | undefined) =>
  parts.db
    .select(columns)
    .from(clips)
    .innerJoin(tenants, eq(tenants.id, clips.customerId))
    .leftJoin(operations, eq(operations.id, clips.operationId))
    .where(where);

/** Whether somebody may do this with a clip: as with the camera, and the footage must be theirs to watch (R41). */
async function mayWithClip(
  parts: Pick<Context, 'db' | 'clock'>,
  principal: ActingPrincipal,
  clip: Clip,
  permission: CameraPermission,
) {
  const verdict = await mayOnFootage(parts, principal, clip.cameraId, permission);
  if (!verdict.may) return verdict;
  return scopeHolds(verdict.footage, clip.customerPath)
    ? verdict
    : { may: false as const, why: 'unseen' as const };
}

/** Throws `not_found`, or `forbidden` without the right. An expired clip is gone. */
export async function requireClip(
  parts: Pick<Context, 'db' | 'clock'>,
  principal: ActingPrincipal,
  id: ClipId,
  permission: CameraPermission,
): Promise<Clip> {
  const [clip] = await read(parts, eq(clips.id, id));
  if (clip === undefined || clip.expiresAt.getTime() <= parts.clock.nowMs()) throw notFound('clip', id);
  const verdict = await mayWithClip(parts, principal, clip, permission);
  if (verdict.may) return clip;
  if (verdict.why === 'unseen') throw notFound('clip', id);
  // Says why in the camera's words.
  await requireOnFootage(parts, principal, clip.cameraId, permission);
  throw notFound('clip', id);
}

/** Clips somebody may watch, newest first; `next` goes on behind the last one looked at. */
export async function listClips(
  parts: Pick<Context, 'db' | 'clock'>,
  principal: ActingPrincipal,
  filter: { cameraId: CameraId | null; customerId: TenantId | null },
  page: { limit: number; after: string | null },
): Promise<{ clips: Clip[]; lastId: string | null }> {
  const rows = await read(
    parts,
    and(
      inScopeOf(principal),
      sql`${clips.expiresAt} > ${new Date(parts.clock.nowMs()).toISOString()}::timestamptz`,
      filter.cameraId === null ? undefined : eq(clips.cameraId, filter.cameraId),
      filter.customerId === null ? undefined : eq(clips.customerId, filter.customerId),
      page.after === null ? undefined : lt(clips.id, page.after as ClipId),
    ),
  )
    .orderBy(desc(clips.id))
    .limit(page.limit + 1);
  const shown = rows.slice(0, page.limit);
  const verdicts = new Map<string, ReturnType<typeof mayWithClip>>();
  const visible: Clip[] = [];
  for (const clip of shown) {
    // Of one camera and customer the answer is one.
    const key = `${clip.cameraId} ${clip.customerId}`;
    const asked = verdicts.get(key) ?? mayWithClip(parts, principal, clip, 'view');
    verdicts.set(key, asked);
    if ((await asked).may) visible.push(clip);
  }
  return { clips: visible, lastId: rows.length > page.limit ? (shown.at(-1)?.id ?? null) : null };
}

const inScopeOf = (principal: ActingPrincipal): SQL =>
  sql`(${sql.join(
    [sql`false`, ...scopeOf(principal).paths.map((path) => sql`${tenants.path} ^@ ${path}`)],
    sql` or `,
  )})`;

/** Makes a clip whose operation failed or was cancelled once more. Throws `conflict` for any other. */
export async function retryClip(
  parts: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  id: ClipId,
): Promise<Clip> {
  const clip = await requireClip(parts, principal, id, 'clip');
  await parts.db.transaction(async (tx) => {
    const [held] = await tx.select().from(clips).where(eq(clips.id, id)).for('update');
    const [last] = await tx
      .select({ state: operations.state })
      .from(operations)
      .where(eq(operations.id, held?.operationId ?? ''));
    if (last?.state !== 'failed' && last?.state !== 'cancelled') {
      throw new Failure('conflict', `The clip ${clip.name} did not fail: there is nothing to do again.`);
    }
    await requireRoom(tx, clip.customerId);
    const operation = await queueOperation(parts, tx, actor, exportOf(id, clip.customerId));
    await tx.update(clips).set({ operationId: operation.id }).where(eq(clips.id, id));
  });
  parts.changes.hint('operation', undefined);
  return requireClip(parts, principal, id, 'clip');
}

/** Removes a clip: its making ends, its links and its bytes go. */
export async function deleteClip(
  parts: Parts & { storage: Pick<Storage, 'delete'> },
  actor: Actor,
  principal: ActingPrincipal,
  id: ClipId,
): Promise<void> {
  const clip = await requireClip(parts, principal, id, 'clip');
  // Bytes first: a crash in between leaves a row whose removal is tried again, never bytes that nobody knows of.
  if (clip.storageKey !== null) await parts.storage.delete(clip.storageKey);
  await parts.db.transaction(async (tx) => {
    const gone = await tx.delete(clips).where(eq(clips.id, id)).returning({ id: clips.id });
    if (gone.length === 0) return;
    await tx
      .update(operations)
      .set({ state: 'cancelled', finishedAt: new Date(parts.clock.nowMs()) })
      .where(and(eq(operations.id, clip.operationId), inArray(operations.state, ['queued', 'running'])));
    await record(tx, {
      actor,
      tenantId: clip.customerId,
      target: { kind: 'clip', id },
      cameraId: clip.cameraId,
      operation: 'clip.deleted',
      sentence: `${actor.name} deleted the clip ${clip.name}`,
      before: { cameraId: clip.cameraId, from: clip.fromAt.toISOString(), to: clip.toAt.toISOString() },
    });
  });
}
