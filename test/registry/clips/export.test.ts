import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@gantry/protocol/ids.js';
import type { ApiKeyPrincipal } from '@gantry/registry/access/principal.js';
import { registryActor } from '@gantry/registry/actor.js';
import { createClip, exportKind, requireClip, retryClip, type Clip } from '@gantry/registry/clips/clips.js';
import { removeExpiredClips } from '@gantry/registry/clips/expiry.js';
import { clipExport } from '@gantry/registry/clips/export.js';
import { openWorkFolder } from '@gantry/registry/clips/work-folder.js';
import { clips } from '@gantry/registry/db/schema/clips.js';
import { legalHolds } from '@gantry/registry/db/schema/operations.js';
import { tenants } from '@gantry/registry/db/schema/tenants.js';
import { createLog } from '@gantry/registry/log.js';
import { cancelOperation } from '@gantry/registry/operations/operations.js';
import { startOperations, type OperationQueue } from '@gantry/registry/operations/queue.js';
import { ingestSegment } from '@gantry/registry/recordings/ingest.js';
import { sweepOrphans } from '@gantry/registry/recordings/retention.js';
import type { Storage } from '@gantry/registry/recordings/storage/storage.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { describeFootage, inPieces, record, type Footage } from '../recordings/footage.js';
import { openSite, type Site } from '../recordings/site.js';

let site: Site;
let footage: Footage;
let folder: string;
let principal: ApiKeyPrincipal;
beforeAll(async () => {
  footage = await record();
  site = await openSite();
  folder = await mkdtemp(join(tmpdir(), 'gantry-exports-'));
  const [bakery] = await site.db.select().from(tenants).where(eq(tenants.id, site.bakery));
  principal = {
    kind: 'apiKey',
    keyId: newId('apiKey', 0, (bytes) => bytes),
    name: 'Program',
    tenantId: site.bakery,
    tenantName: 'Bakery',
    tenantKind: 'customer',
    path: bakery?.path as string,
    modules: null,
  };
});
afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

/** A storage whose reads wait while the gate is closed. */
const gate: { closed: boolean; waiting: number; most: number } = { closed: false, waiting: 0, most: 0 };
beforeEach(() => Object.assign(gate, { closed: false, waiting: 0, most: 0 }));
const gated = (): Storage => ({
  ...site.storage,
  get: async (key, range) => {
    gate.waiting += 1;
    gate.most = Math.max(gate.most, gate.waiting);
    await until(() => !gate.closed, { what: 'the gate to open' });
    gate.waiting -= 1;
    return site.storage.get(key, range);
  },
});

const parts = () => ({
  ...site,
  clock: { nowMs: () => Date.now() },
  newId: <Kind extends Parameters<typeof newId>[0]>(kind: Kind) =>
    newId(kind, Date.now(), (bytes) => site.random(bytes.length)),
  log: createLog('silent'),
});

async function startQueue(): Promise<OperationQueue> {
  const workFolder = await openWorkFolder(join(folder, 'work'));
  const work = clipExport({ ...parts(), storage: gated(), workFolder });
  return startOperations(parts(), { [exportKind]: { work, atOnce: 2 } }, { sweepMs: 50 });
}

async function order(name = 'Theft'): Promise<Clip> {
  const cameraId = await site.addCamera();
  const startMs = Date.now() - 600_000;
  for (const { meta, bytes } of describeFootage(footage, { cameraId, startedAtMs: startMs })) {
    await ingestSegment(site, site.agentId, meta, inPieces(bytes));
  }
  const range = { startMs, endMs: startMs + 6_000 };
  return createClip(parts(), registryActor, principal, { cameraId, range, name, expiresInDays: 1 });
}

const look = ({ id }: Clip) => requireClip(parts(), principal, id, 'view');
const finished = (clip: Clip) =>
  until(async () => ((await look(clip)).storageKey === null ? null : look(clip)), { what: 'the clip' });
const keys = async () => {
  const found = [];
  for await (const { key } of site.storage.list('clips/')) found.push(key);
  return found;
};

it('is made two at once, and what is cancelled leaves nothing and can be ordered again', async () => {
  gate.closed = true;
  const queue = await startQueue();
  const ordered = [await order('one'), await order('two'), await order('three')];
  await until(() => gate.waiting === 2, { what: 'two exports' });
  const [one, two, three] = ordered as [Clip, Clip, Clip];
  for (const { operationId } of [one, three]) {
    await cancelOperation(site.db, { paths: [principal.path] }, operationId);
  }
  gate.closed = false;
  await finished(two);
  await queue.settle();
  expect(gate.most).toBe(2);
  expect((await look(one)).operation?.state).toBe('cancelled');
  expect((await look(three)).storageKey).toBeNull();
  expect(await readdir(join(folder, 'work'))).toEqual([]);
  expect(await keys()).toEqual([(await look(two)).storageKey]);
  await expect(retryClip(parts(), registryActor, principal, two.id)).rejects.toMatchObject({
    code: 'conflict',
  });
  await retryClip(parts(), registryActor, principal, one.id);
  expect((await finished(one)).operation).toMatchObject({ state: expect.stringMatching(/running|done/) });
  await queue.close();
});

it('is made by the next start when the registry ends in the middle, once', async () => {
  gate.closed = true;
  const queue = await startQueue();
  const clip = await order('interrupted');
  await until(() => gate.waiting === 1, { what: 'the export' });
  const closed = queue.close();
  gate.closed = false;
  await closed;
  expect((await look(clip)).operation?.state).toBe('running');
  const next = await startQueue();
  const { operation } = await finished(clip);
  await next.settle();
  expect(operation?.total).toBe(100);
  expect((await look(clip)).operation).toMatchObject({ state: 'done', done: 100 });
  await next.close();
});

it('is removed when its time is over, unless a legal hold touches what it shows, and orphans are swept', async () => {
  const queue = await startQueue();
  const [held, expired] = [await finished(await order('held')), await finished(await order('expired'))];
  await queue.close();
  await site.db.insert(legalHolds).values({
    id: newId('legalHold', 0, (bytes) => bytes),
    customerId: site.bakery,
    cameraId: held.cameraId,
    fromAt: held.fromAt,
    toAt: held.toAt,
    reason: 'case 12',
  });
  const before = await keys();
  await site.db.update(clips).set({ expiresAt: new Date(0) });
  await removeExpiredClips(site);
  expect(await keys()).toEqual([held.storageKey]);
  expect(before).toContain(expired.storageKey);
  // A crash between the bytes and the row: nobody names them.
  await site.db.delete(clips);
  const clock = { nowMs: () => Date.now() };
  expect(await sweepOrphans({ ...site, clock })).toBe(0);
  expect(await sweepOrphans({ ...site, clock }, { minAgeMs: -60_000 })).toBe(1);
  expect(await keys()).toEqual([]);
});
