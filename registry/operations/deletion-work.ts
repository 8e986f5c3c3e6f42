import type { CameraId } from '@gantry/protocol/ids.js';
import { texts } from '../cameras/arrays.js';
import { lockCameras, unbindLocked } from '../cameras/bind.js';
import type { Context } from '../context.js';
import type { Queryable, Transaction } from '../db/database.js';
import { type SQL, sql } from '../db/drizzle.js';
import { record } from '../history/history.js';
import type { Storage } from '../recordings/storage/storage.js';
import { handUsageTo } from '../statistics/usage.js';
import { findTenant } from '../tenancy/path.js';
import { holdTree, lockTenant, lockTree } from '../tenancy/tree-lock.js';
import { loneUsers, noNumbers, type DeletionNumbers, type DeletionPayload } from './deletion.js';
import type { OperationRun, OperationWork } from './queue.js';

const camerasPerStep = 500;
const filesPerStep = 200;
const usersPerStep = 500;

type Parts = Pick<Context, 'db' | 'changes'> & { storage: Pick<Storage, 'delete'> };

/**
 * Carries out a deletion in small steps, each of which looks for what is left: cameras go back, footage goes
 * (bytes first, so that no bytes stay that nobody knows of), people go, the tenants last. The receipt grows
 * with the steps. A crash anywhere costs at most one step.
 */
export const tenantDeletion =
  (parts: Parts): OperationWork =>
  async (run) => {
    const payload = run.operation.payload as DeletionPayload;
    let receipt: DeletionNumbers = { ...noNumbers, ...(run.operation.result as Partial<DeletionNumbers>) };
    const take = (more: Partial<DeletionNumbers>): DeletionNumbers => {
      const next = { ...receipt };
      for (const key of Object.keys(more) as (keyof DeletionNumbers)[]) next[key] += more[key] ?? 0;
      return next;
    };
    const step = async (work: (tx: Transaction, path: string) => Promise<Partial<DeletionNumbers>>) => {
      const path = await pathOf(parts.db, payload);
      // The last step was committed before the crash.
      if (path === null) return 0;
      const { done, result } = await run.step(async (tx) => {
        const went = await work(tx, path);
        return { done: countOf(went), result: { ...take(went) } };
      });
      receipt = { ...noNumbers, ...(result as Partial<DeletionNumbers>) };
      return done;
    };
    while ((await step((tx, path) => returnCameras(tx, path, payload))) > 0) {
      parts.changes.hint('outbox', undefined);
    }
    await removeFootage(parts, run, payload, step);
    while ((await step(removeUsers)) > 0);
    // What was on its way while the above was done is stored by now, or is refused under the lock of the end.
    while ((await step((tx, path) => removeTenants(tx, path, payload, take))) === 0) {
      if ((await pathOf(parts.db, payload)) === null) break;
      await removeFootage(parts, run, payload, step);
    }
    parts.changes.hint('tenant', { tenantId: payload.tenantId });
    return { ...receipt };
  };

type Step = (work: (tx: Transaction, path: string) => Promise<Partial<DeletionNumbers>>) => Promise<number>;

const countOf = (went: Partial<DeletionNumbers>): number =>
  (went.cameras ?? 0) + (went.recordings ?? 0) + (went.users ?? 0) + (went.tenants ?? 0);

const pathOf = async (db: Queryable, payload: DeletionPayload): Promise<string | null> =>
  (await findTenant(db, payload.tenantId))?.path ?? null;

const below = (path: string) => sql`(select id from tenants where path like ${`${path}%`})`;

/** Registered and unbound again, at their integrator (R24). */
async function returnCameras(
  tx: Transaction,
  path: string,
  { actor }: DeletionPayload,
): Promise<Partial<DeletionNumbers>> {
  await holdTree(tx);
  const held = await tx.execute<{ id: CameraId }>(sql`
    select id from cameras where customer_id in ${below(path)} order by id limit ${camerasPerStep}`);
  const locked = await lockCameras(
    tx,
    { paths: [path] },
    held.rows.map(({ id }) => id),
  );
  const { ids, entries } = await unbindLocked(tx, actor, locked, {
    endReason: 'customer_deleted',
    historyOf: () => null,
  });
  // Rights of the customer's roles on them go with the roles; a camera's own switch starts anew.
  await tx.execute(sql`
    update cameras set enabled = true, switched_off_by = null where id = any(${texts(ids)}) and not enabled`);
  await record(tx, ...entries);
  return { cameras: ids.length };
}

/** Recorded files and the clips cut out of them. */
async function removeFootage(
  parts: Parts,
  run: OperationRun,
  payload: DeletionPayload,
  step: Step,
): Promise<void> {
  for (const files of [sql`segments`, sql`clips`]) await removeFiles(parts, run, payload, step, files);
}

async function removeFiles(
  parts: Parts,
  run: OperationRun,
  payload: DeletionPayload,
  step: Step,
  files: SQL,
): Promise<void> {
  for (;;) {
    const path = await pathOf(parts.db, payload);
    if (path === null || run.signal.aborted) return;
    const found = await parts.db.execute<{ id: string; key: string | null }>(sql`
      select id, storage_key as key from ${files} where customer_id in ${below(path)} limit ${filesPerStep}`);
    if (found.rows.length === 0) return;
    const keys = found.rows.flatMap(({ key }) => (key === null ? [] : [key]));
    await Promise.all(keys.map((key) => parts.storage.delete(key)));
    await step(async (tx) => {
      const removed = await tx.execute<{ files: number; bytes: number }>(sql`
        with gone as (
          delete from ${files} where id = any(${texts(found.rows.map(({ id }) => id))}) returning size_bytes
        )
        select count(*)::int as files, coalesce(sum(size_bytes), 0)::float8 as bytes from gone`);
      const { files: count, bytes } = removed.rows[0] as { files: number; bytes: number };
      return { recordings: count, sizeBytes: bytes };
    });
  }
}

/** People without a place elsewhere; sessions, links, factors and places go with them. */
async function removeUsers(tx: Transaction, path: string): Promise<Partial<DeletionNumbers>> {
  const result = await tx.execute<{ users: number; links: number }>(sql`
    with going as materialized (select user_id from (${loneUsers(path)}) lone limit ${usersPerStep}),
    theirs as (select count(*)::int as links from user_links where user_id in (select user_id from going)),
    gone as (delete from users where id in (select user_id from going) returning 1)
    select (select count(*)::int from gone) as users, (select links from theirs) as links`);
  return result.rows[0] as { users: number; links: number };
}

/**
 * The rows of the tenants themselves, with all that hangs on them. Under the tree's and the tenant's locks no
 * segment is taken in; when one came before, nothing is done and the answer is empty.
 */
async function removeTenants(
  tx: Transaction,
  path: string,
  { tenantId, parentId, name, kind, actor }: DeletionPayload,
  take: (more: Partial<DeletionNumbers>) => DeletionNumbers,
): Promise<Partial<DeletionNumbers>> {
  await lockTree(tx);
  await lockTenant(tx, Number(path.split('.').at(-2)));
  const subtree = below(path);
  const left = await tx.execute<{ roles: number; apiKeys: number; footage: boolean }>(sql`
    select
      (select count(*) from roles where tenant_id in ${subtree})::int as roles,
      (select count(*) from api_keys where tenant_id in ${subtree})::int as "apiKeys",
      (exists (select from segments where customer_id in ${subtree})
        or exists (select from clips where customer_id in ${subtree})) as footage`);
  const { roles, apiKeys, footage } = left.rows[0] as { roles: number; apiKeys: number; footage: boolean };
  if (footage) return {};
  await tx.execute(sql`delete from legal_holds where customer_id in ${subtree}`);
  await tx.execute(sql`delete from letters where tenant_id in ${subtree}`);
  // Of an integrator: what its revoked agents left behind.
  const ended = await tx.execute<{ id: CameraId }>(sql`
    delete from cameras where integrator_id in ${subtree} returning id`);
  await tx.execute(sql`delete from agents where integrator_id in ${subtree}`);
  await handUsageTo(tx, path, parentId);
  const gone = await tx.execute(sql`delete from tenants where path like ${`${path}%`}`);
  const went = { tenants: gone.rowCount ?? 0, roles, apiKeys };
  await record(tx, {
    actor,
    tenantId: parentId,
    target: { kind: 'tenant', id: tenantId },
    operation: 'tenant.deleted',
    sentence: `${actor.name} deleted the ${kind} ${name}`,
    before: { name, kind, endedCameras: ended.rows.length },
    after: { ...take(went) },
  });
  return went;
}
