import type { StreamRole } from '@gantry/protocol/camera.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import type { MotionMargins, WeeklySchedule } from '@gantry/protocol/schedule.js';
import type { RecordingMode } from '@gantry/protocol/state.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { eq } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import { outbox } from '../db/schema/registry.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import type { Scope } from '../tenancy/scope.js';
import { lockCameras } from './bind.js';

/** How one camera is recorded: its own copy of what its plan and customer gave it (R8). */
export interface RecordingSettings {
  mode: RecordingMode;
  stream: StreamRole;
  /** Of what is recorded from now on; what is stored keeps what it was stored with. */
  retentionDays: number;
  motion: MotionMargins | null;
  scheduleWindows: WeeklySchedule['windows'] | null;
}

/**
 * Changes how a camera is recorded. What may be recorded is another question: the mode touches no entitlement, so
 * what an agent still uploads of the mode before is stored. Repeating it changes nothing. Throws `not_found` outside
 * the scope and `precondition_failed` when somebody changed the camera meanwhile.
 */
export async function changeRecording(
  ctx: Pick<Context, 'db' | 'changes'>,
  actor: Actor,
  scope: Scope,
  act: { id: CameraId; version: number; settings: RecordingSettings },
): Promise<void> {
  const { id, version, settings } = act;
  const changed = await ctx.db.transaction(async (tx) => {
    const [locked] = await lockCameras(tx, scope, [id]);
    if (locked === undefined) throw notFound('camera', id);
    const [row] = await tx.select().from(cameras).where(eq(cameras.id, id));
    if (row === undefined) throw notFound('camera', id);
    if (row.version !== version) {
      throw new Failure('precondition_failed', `${row.name} was changed meanwhile; read it again.`);
    }
    const { mode, stream, retentionDays, motion, scheduleWindows } = row;
    const before: RecordingSettings = { mode, stream, retentionDays, motion, scheduleWindows };
    if (asText(before) === asText(settings)) return false;
    await tx
      .update(cameras)
      .set({ ...settings, version: row.version + 1 })
      .where(eq(cameras.id, id));
    await tx.insert(outbox).values({ kind: 'cameras', refs: [id] });
    await record(tx, {
      actor,
      tenantId: row.tenantId,
      target: { kind: 'camera', id },
      operation: 'camera.recording_changed',
      sentence: `${actor.name} changed how ${row.name} is recorded`,
      before: { ...before },
      after: { ...settings },
    });
    return true;
  });
  if (!changed) return;
  ctx.changes.hint('outbox', undefined);
  ctx.changes.hint('camera', { cameraIds: [id] });
}

/** In one spelling: JSON in the database keeps no order of its fields. */
const asText = ({ mode, stream, retentionDays, motion, scheduleWindows }: RecordingSettings): string =>
  JSON.stringify([
    mode,
    stream,
    retentionDays,
    motion && [motion.preRollSeconds, motion.postRollSeconds],
    scheduleWindows?.map(({ days, from, to }) => [days, from, to]) ?? null,
  ]);
