import type { AgentId, CameraId, TenantId } from '@gantry/protocol/ids.js';
import { registerCameras } from '@gantry/registry/cameras/register.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { segments } from '@gantry/registry/db/schema/segments.js';
import { createChanges } from '@gantry/registry/changes.js';
import { createLog } from '@gantry/registry/log.js';
import { newId, type IdKind } from '@gantry/protocol/ids.js';
import { count, desc, isNull, sql } from '@gantry/registry/db/drizzle.js';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { signIn, type Api } from '../../support/api.js';
import { programs } from '../../support/built.js';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { startProgram, type Program } from '../../support/program.js';
import { until } from '../../support/until.js';
import { aCamera } from '../cameras/site.js';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const admin = { email: 'root@platform.example', password: 'the-first-password' };
const total = 600;
const mint = <Kind extends IdKind>(kind: Kind) =>
  newId(kind, Date.now(), (bytes) => randomBytes(bytes.length));

interface Operation {
  id: string;
  state: string;
  done: number;
  failed: number;
  result: Record<string, number> | null;
}

/** A registry as a process of its own, on the test's database. */
async function startProcess(
  database: FreshDatabase,
  folder: string,
): Promise<{ program: Program; api: Api }> {
  const program = startProgram({
    command: [programs.registry, 'serve', '--json', '--data', folder, '--port', '0', '--mqtt-port', '0'],
    env: {
      DATABASE_URL: database.url,
      GANTRY_ADMIN_EMAIL: admin.email,
      GANTRY_ADMIN_PASSWORD: admin.password,
    },
  });
  cleanups.push(() => program.end('SIGKILL'));
  const [line] = await program.waitFor(/^\{.*"url".*\}$/);
  const { url } = JSON.parse(line) as { url: string };
  return { program, api: await signIn(url, admin.email, admin.password) };
}

const operationOf = async ({ db }: FreshDatabase, id: string): Promise<Operation> => {
  const { rows } = await db.execute<Operation & Record<string, unknown>>(
    sql`select id, state, done, failed, result from operations where id = ${id}`,
  );
  return rows[0] as Operation;
};
const ended = (database: FreshDatabase, id: string): Promise<Operation> =>
  until(
    async () => {
      const operation = await operationOf(database, id);
      return operation.state === 'done' ? operation : null;
    },
    { timeoutMs: 40_000, what: 'the operation to be done' },
  );

/**
 * Begins an operation and kills its process in the middle: a camera that it reaches late is held until it waits there.
 */
async function killedAt(
  database: FreshDatabase,
  program: Program,
  atLeast: number,
  begin: () => Promise<string>,
): Promise<string> {
  const [last] = await database.db
    .select({ id: cameras.id })
    .from(cameras)
    .orderBy(desc(cameras.id))
    .limit(1);
  return database.db.transaction(async (tx) => {
    await tx.execute(sql`select 1 from cameras where id = ${last?.id} for update`);
    const id = await begin();
    await until(async () => (await operationOf(database, id)).done >= atLeast, {
      timeoutMs: 40_000,
      what: 'the operation to be in the middle',
    });
    await program.end('SIGKILL');
    return id;
  });
}

test('kill -9 in the middle of a bulk change and of a deletion: the next registry ends both, each thing done once', async () => {
  const database = await freshDatabase();
  cleanups.push(() => database.close());
  const folder = await mkdtemp(join(tmpdir(), 'gantry-killed-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const { db } = database;
  const first = await startProcess(database, folder);
  const tenant = (fields: object) =>
    first.api.post<{ id: string }>('/tenants', { email: 'office@people.example', ...fields });
  const north = await tenant({ kind: 'integrator', name: 'North' });
  const bakery = await tenant({ kind: 'customer', name: 'Bakery', parentId: north.id });
  const [plan] = (await first.api.get<{ items: { id: string }[] }>('/plans')).items;
  const agentId: AgentId = mint('agent');
  await db
    .insert(agents)
    .values({ id: agentId, integratorId: north.id as TenantId, name: 'shop', hostname: 'shop' });
  const ctx = { db, changes: createChanges(), newId: mint, log: createLog('silent') };
  for (let from = 0; from < total; from += 300) {
    const entries = Array.from({ length: 300 }, (_, n) => aCamera(from + n + 1));
    await registerCameras(ctx, agentId, entries, new Set());
  }

  const bulk = await killedAt(database, first.program, 250, async () => {
    const response = await first.api.fetch('/cameras:bind', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        prefer: 'respond-async',
      },
      body: JSON.stringify({
        select: { filter: { unbound: true }, expectedCount: total },
        customerId: bakery.id,
        planId: plan?.id,
      }),
    });
    expect(response.status).toBe(202);
    return ((await response.json()) as Operation).id;
  });
  const half = await operationOf(database, bulk);
  expect(half).toMatchObject({ state: 'running', failed: 0, result: { changed: half.done } });
  expect(half.done).toBeLessThan(total);

  const second = await startProcess(database, folder);
  const bound = await ended(database, bulk);
  expect(bound).toMatchObject({
    done: total,
    failed: 0,
    result: { changed: total, unchanged: 0, skipped: {} },
  });
  const tally = async (query: ReturnType<typeof sql>) =>
    (await db.execute<{ all: number; distinct: number }>(query)).rows[0];
  const once = { all: total, distinct: total };
  expect(
    await tally(sql`select count(*)::int as all, count(distinct camera_id)::int as distinct from bindings`),
  ).toEqual(once);
  expect(
    await tally(sql`select count(*)::int as all, count(distinct target_id)::int as distinct from history
      where operation = 'camera.bound'`),
  ).toEqual(once);
  expect(await second.api.get(`/history:verify?tenant=${bakery.id}`)).toMatchObject({ intact: true });

  const camera = (await db.select({ id: cameras.id }).from(cameras).limit(1))[0]?.id as CameraId;
  await db.insert(segments).values(
    Array.from({ length: 300 }, (_, sequence) => ({
      id: mint('segment') as never,
      cameraId: camera,
      customerId: bakery.id as TenantId,
      agentId,
      sessionId: mint('session') as never,
      sequence,
      startedAt: new Date(sequence * 1_000),
      durationMs: 1_000,
      mediaOffsetUs: 0,
      sizeBytes: 10,
      sha256: createHash('sha256').update(String(sequence)).digest('hex'),
      video: 'h264' as const,
      audio: null,
      initBytes: 1,
      initSha256: '',
      storageKey: `segments/killed/${sequence}`,
      keepUntil: new Date(Date.now() + 86_400_000),
    })),
  );
  const deletion = await killedAt(database, second.program, 500, async () => {
    const response = await second.api.fetch(`/tenants/${bakery.id}`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ confirm: 'Delete' }),
    });
    return ((await response.json()) as Operation).id;
  });
  expect(await operationOf(database, deletion)).toMatchObject({
    state: 'running',
    result: { cameras: 500 },
  });

  const third = await startProcess(database, folder);
  const receipt = await ended(database, deletion);
  expect(receipt.result).toMatchObject({ tenants: 1, cameras: total, recordings: 300, sizeBytes: 3_000 });
  expect(receipt.done).toBe(1 + total + 300);
  const [left] = await db.select({ unbound: count() }).from(cameras).where(isNull(cameras.customerId));
  expect(left?.unbound).toBe(total);
  expect((await third.api.fetch(`/tenants/${bakery.id}`)).status).toBe(404);
  expect((await db.execute(sql`select 1 from operation_items`)).rows).toEqual([]);
  expect(await third.program.end()).toBe(0);
}, 180_000);
