import { replacedDetail, type IdentityKey } from '@gantry/protocol/camera.js';
import type { AgentId, CameraId, TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Queryable, Transaction } from '../db/database.js';
import { asc, eq, inArray, sql } from '../db/drizzle.js';
import { agents } from '../db/schema/agents.js';
import { cameras, replacedKeys } from '../db/schema/cameras.js';
import { notFound } from '../errors.js';
import { record } from '../history/history.js';
import type { Scope } from '../tenancy/scope.js';
import { integers, texts } from './arrays.js';
import { lockCameras } from './bind.js';
import { resemblance } from './identity.js';
import type { CameraRow, RegisteringAgent } from './register-rows.js';

/** Hardware that another took the place of (R43), and whose place that was. */
export interface ReplacedHardware {
  cameraId: CameraId;
  cameraName: string;
  tenantId: TenantId;
  channel: number;
  keys: readonly IdentityKey[];
  isSeen: boolean;
}

/** What is built into a device. A URL is a place, and whole series share a serial number: neither tells hardware apart. */
const builtIn = new Set<IdentityKey['kind']>(['endpoint', 'mac']);

/** From now on these keys are those of hardware that was taken down. */
export async function rememberReplaced(
  tx: Transaction,
  keys: readonly { kind: IdentityKey['kind']; value: string; channel: number; cameraId: CameraId }[],
): Promise<void> {
  const kept = keys.filter(({ kind }) => builtIn.has(kind));
  if (kept.length > 0) await tx.insert(replacedKeys).values(kept).onConflictDoNothing();
}

/** Replaced hardware of the agent's integrator that one of the entries may be; usually none. */
export async function loadReplaced(
  tx: Transaction,
  agent: RegisteringAgent,
  rows: readonly Omit<CameraRow, 'id'>[],
): Promise<ReplacedHardware[]> {
  const keys = rows.flatMap((row) => row.keys.map((key) => ({ ...key, channel: row.entry.channel })));
  const found = await tx.execute<ReplacedHardware & Record<string, unknown>>(sql`
    with wanted as (
      select * from unnest(
        ${texts(keys.map((key) => key.kind))}, ${texts(keys.map((key) => key.value))},
        ${integers(keys.map((key) => key.channel))}
      ) as wanted (kind, value, channel)
    ), found as (select distinct camera_id, channel from wanted join replaced_keys using (kind, value, channel))
    select c.id as "cameraId", c.name as "cameraName", c.tenant_id as "tenantId", f.channel::int,
      json_agg(json_build_object('kind', r.kind, 'value', r.value)) as keys, bool_or(r.seen_at is not null) as "isSeen"
    from found f join replaced_keys r using (camera_id, channel) join cameras c on c.id = r.camera_id
    where c.integrator_id = ${agent.integratorId}
    group by c.id, f.channel`);
  return found.rows;
}

/** Whose place a device had that announces itself as new; null when it never had one. Pure. */
export const findReplaced = (
  entry: { channel: number; keys: readonly IdentityKey[] },
  replaced: readonly ReplacedHardware[],
): ReplacedHardware | null =>
  replaced.find(
    ({ channel, keys }) => channel === entry.channel && resemblance(entry.keys, keys) === 'same',
  ) ?? null;

/** What the installer reads on the site. Pure. */
export const replacedLine = ({ cameraName }: ReplacedHardware): string =>
  `${replacedDetail}: ${cameraName} has other hardware now. Unplug this one; to use it again, let the registry forget that it was replaced.`;

/** Says once, in the history of the camera, that its former hardware is still there. */
export async function noteReplacedSeen(
  tx: Transaction,
  agent: RegisteringAgent,
  seen: readonly { hardware: ReplacedHardware; address: string }[],
): Promise<void> {
  const fresh = seen.filter(({ hardware }) => !hardware.isSeen);
  if (fresh.length === 0) return;
  const ids = fresh.map(({ hardware }) => hardware.cameraId);
  await tx
    .update(replacedKeys)
    .set({ seenAt: sql`clock_timestamp()` })
    .where(inArray(replacedKeys.cameraId, ids));
  await record(
    tx,
    ...fresh.map(({ hardware, address }) => ({
      actor: { kind: 'agent' as const, id: agent.id, name: agent.name, ip: null, userAgent: null },
      tenantId: hardware.tenantId,
      target: { kind: 'camera' as const, id: hardware.cameraId },
      operation: 'camera.replacedSeen',
      sentence: `The hardware that was replaced at ${hardware.cameraName} is still on the network, at ${address}`,
      after: { address, agentId: agent.id },
    })),
  );
}

/** A device that another took the place of, by one of its keys. */
export type ReplacedKey = Pick<typeof replacedKeys.$inferSelect, 'kind' | 'value' | 'channel' | 'seenAt'>;

/** What the hardware was called that had the place of a camera before; none where it never had other hardware. */
export async function listReplaced(db: Queryable, id: CameraId): Promise<ReplacedKey[]> {
  return db
    .select({
      kind: replacedKeys.kind,
      value: replacedKeys.value,
      channel: replacedKeys.channel,
      seenAt: replacedKeys.seenAt,
    })
    .from(replacedKeys)
    .where(eq(replacedKeys.cameraId, id))
    .orderBy(asc(replacedKeys.channel), asc(replacedKeys.kind), asc(replacedKeys.value));
}

/**
 * The former hardware of a camera may register again, as a camera of its own. Answers whether there was any. Throws
 * `not_found` outside the scope.
 */
export async function forgetReplaced(
  ctx: Pick<Context, 'db' | 'changes'>,
  actor: Actor,
  scope: Scope,
  id: CameraId,
): Promise<boolean> {
  const agentId = await ctx.db.transaction(async (tx): Promise<AgentId | null> => {
    const [locked] = await lockCameras(tx, scope, [id]);
    if (locked === undefined) throw notFound('camera', id);
    const forgotten = await tx.delete(replacedKeys).where(eq(replacedKeys.cameraId, id)).returning();
    if (forgotten.length === 0) return null;
    const [camera] = await tx.select().from(cameras).where(eq(cameras.id, id));
    if (camera === undefined) throw notFound('camera', id);
    // It tells its inventory again, and the hardware is new in it.
    await tx.update(agents).set({ inventoryHash: null }).where(eq(agents.id, camera.agentId));
    await record(tx, {
      actor,
      tenantId: camera.tenantId,
      target: { kind: 'camera', id },
      operation: 'camera.replacedForgotten',
      sentence: `${actor.name} let the former hardware of ${camera.name} be used again`,
    });
    return camera.agentId;
  });
  if (agentId !== null) ctx.changes.hint('agent', { agentId });
  return agentId !== null;
}
