import type { CameraId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import type { Transaction } from '../db/database.js';
import { eq, sql } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import { Failure, notFound } from '../errors.js';
import { record, type HistoryEntry } from '../history/history.js';
import type { Scope } from '../tenancy/scope.js';
import { texts } from './arrays.js';
import { lockCameras, nothingWritten, type LockedCamera, type Written } from './bind.js';

/**
 * What a person may change of a camera: its name, which wins over the inventory's from then on, and that a
 * conflict was looked at (R37). `version` guards against overwriting what somebody else just changed.
 */
export async function changeCamera(
  ctx: Pick<Context, 'db' | 'changes'>,
  actor: Actor,
  scope: Scope,
  act: { id: CameraId; version: number; name?: string | undefined; conflict?: null | undefined },
): Promise<void> {
  const { id, version } = act;
  await ctx.db.transaction(async (tx) => {
    const [locked] = await lockCameras(tx, scope, [id]);
    if (locked === undefined) throw notFound('camera', id);
    const [row] = await tx.select().from(cameras).where(eq(cameras.id, id));
    if (row === undefined) throw notFound('camera', id);
    if (row.version !== version) {
      throw new Failure('precondition_failed', `${row.name} was changed meanwhile; read it again.`);
    }
    const name = act.name ?? row.name;
    const conflict = act.conflict === null ? null : row.conflict;
    if (name === row.name && conflict === row.conflict) return;
    await tx
      .update(cameras)
      .set({ name, conflict, renamed: row.renamed || name !== row.name, version: row.version + 1 })
      .where(eq(cameras.id, id));
    await record(tx, {
      actor,
      tenantId: row.tenantId,
      target: { kind: 'camera', id },
      operation: name === row.name ? 'camera.conflict_settled' : 'camera.renamed',
      sentence:
        name === row.name
          ? `${actor.name} settled who ${row.name} is`
          : `${actor.name} renamed ${row.name} to ${name}`,
      before: { name: row.name, conflict: row.conflict },
      after: { name, conflict },
    });
  });
  ctx.changes.hint('camera', { cameraIds: [id] });
}

/** Gives locked cameras the names that a person's list says. */
export async function renameLocked(
  tx: Transaction,
  actor: Actor,
  changes: readonly { row: LockedCamera; name: string }[],
): Promise<Written> {
  const ids = changes.map(({ row }) => row.id);
  if (ids.length === 0) return nothingWritten;
  await tx.execute(sql`
    update cameras c set name = x.name, renamed = true, version = c.version + 1
    from unnest(${texts(ids)}, ${texts(changes.map(({ name }) => name))}) as x (id, name) where c.id = x.id`);
  const entries = changes.map(({ row, name }): HistoryEntry => ({
    actor,
    tenantId: row.tenantId,
    target: { kind: 'camera', id: row.id },
    operation: 'camera.renamed',
    sentence: `${actor.name} renamed ${row.name} to ${name}`,
    before: { name: row.name },
    after: { name },
  }));
  return { ids, entries };
}
