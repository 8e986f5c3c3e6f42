import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tmpdir } from 'node:os';
import { history } from '@gantry/registry/db/schema/registry.js';
import { segments } from '@gantry/registry/db/schema/segments.js';
import { legalHolds } from '@gantry/registry/db/schema/operations.js';
import { newId } from '@gantry/protocol/ids.js';
import { ingestSegment } from '@gantry/registry/recordings/ingest.js';
import { purgeExpired } from '@gantry/registry/recordings/retention.js';
import { openStorage } from '@gantry/registry/recordings/storage/open.js';
import type { Storage } from '@gantry/registry/recordings/storage/storage.js';
import { repairStorage, verifyStorage } from '@gantry/registry/recordings/verify-storage.js';
import { asc, eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { programs } from '../../support/built.js';
import { freshDatabase } from '../../support/database.js';
import { startObjectStore, type ObjectStore } from '../../support/object-store.js';
import { startTestRegistry } from '../../support/registry.js';
import { describeFootage, inPieces, record, type Footage } from './footage.js';
import { openShop, openSite, type Site } from './site.js';

const run = promisify(execFile);
const clock = { nowMs: () => Date.now() };
let footage: Footage;
beforeAll(async () => {
  // Six segments of a second each.
  footage = await record({ segmentSeconds: 1 });
});

const stored = (site: Pick<Site, 'db'>) => site.db.select().from(segments).orderBy(asc(segments.startedAt));

/** Bytes of one object are replaced behind the registry's back. */
async function overwrite(storage: Storage, key: string, bytes: Buffer): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await storage.put(key, inPieces(bytes), { sizeBytes: bytes.byteLength, sha256 });
}

function damagedAndRepaired(storage: () => Storage): void {
  it('names every difference, and repairs it so that the timeline says what is so', async () => {
    const site = { ...(await openSite()), storage: storage() };
    try {
      const startedAtMs = Date.now() - 600_000;
      for (const { meta, bytes } of describeFootage(footage, { cameraId: site.cameraId, startedAtMs })) {
        await ingestSegment(site, site.agentId, meta, inPieces(bytes));
      }
      const parts = { ...site, clock };
      const all = { hashes: true, minOrphanAgeMs: -60_000 };
      expect(await verifyStorage(parts, all)).toMatchObject({ segments: 6, differences: [] });

      const [missing, truncated, altered, fine] = (await stored(site)) as [Row, Row, Row, Row];
      await site.storage.delete(missing.storageKey);
      await overwrite(site.storage, truncated.storageKey, Buffer.alloc(truncated.sizeBytes - 1));
      await overwrite(site.storage, altered.storageKey, Buffer.alloc(altered.sizeBytes));
      const orphan = `${fine.storageKey.slice(0, -20)}0123456789abcdef.mp4`;
      await overwrite(site.storage, orphan, Buffer.from('nobody knows me'));

      const quick = await verifyStorage(parts, { ...all, hashes: false });
      expect(quick.differences.map(({ kind }) => kind).toSorted()).toEqual([
        'missing',
        'orphan',
        'truncated',
      ]);
      const { differences } = await verifyStorage(parts, all);
      expect(differences.map(({ kind, key }) => [kind, key])).toEqual([
        ['missing', missing.storageKey],
        ['truncated', truncated.storageKey],
        ['altered', altered.storageKey],
        ['orphan', orphan],
      ]);
      expect(await repairStorage(parts, differences)).toBe(4);
      expect((await stored(site)).map(({ state }) => state)).toEqual([
        'lost',
        'quarantined',
        'quarantined',
        'stored',
        'stored',
        'stored',
      ]);
      expect(await site.storage.head(orphan)).toBeNull();
      // Evidence of what happened stays where it is.
      expect(await site.storage.head(altered.storageKey)).not.toBeNull();
      expect(await verifyStorage(parts, all)).toMatchObject({ segments: 3, differences: [] });
    } finally {
      await site.close();
    }
  });
}
type Row = typeof segments.$inferSelect;

describe('what lies in a folder', () => {
  let folder: string;
  let storage: Storage;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-verify-'));
    storage = await openStorage(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  damagedAndRepaired(() => storage);
});

describe('what lies in S3', () => {
  let store: ObjectStore;
  let storage: Storage;
  beforeAll(async () => {
    store = await startObjectStore();
    for (const [name, value] of Object.entries(store.credentials)) vi.stubEnv(name, value);
    storage = await openStorage(store.storageUrl);
  });
  afterAll(async () => {
    storage?.close();
    await store?.close();
    vi.unstubAllEnvs();
  });
  damagedAndRepaired(() => storage);
});

it('a nightly command says by its exit code that something differs, beside a running registry', async () => {
  const database = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'gantry-nightly-'));
  const place = { databaseUrl: database.url, storageUrl: `file:${folder}` };
  const registry = await startTestRegistry({ config: place });
  try {
    const { context, storage } = registry;
    const shop = await openShop(context.db);
    const site = { db: context.db, random: context.random, storage };
    const upload = describeFootage(footage, { cameraId: shop.cameraId, startedAtMs: Date.now() - 600_000 });
    for (const { meta, bytes } of upload) await ingestSegment(site, shop.agentId, meta, inPieces(bytes));
    const env = { ...process.env, DATABASE_URL: place.databaseUrl, STORAGE_URL: place.storageUrl };
    const verify = (...more: string[]) =>
      run(process.execPath, [programs.registry, 'storage', 'verify', '--json', ...more], { env }).then(
        ({ stdout }) => ({ code: 0, stdout }),
        ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
      );
    expect(await verify()).toMatchObject({ code: 0, stdout: expect.stringContaining('"segments":6') });
    const [first, second] = (await stored(site)) as [Row, Row];
    const fileOf = (row: Row) => join(folder, row.storageKey);
    await truncate(fileOf(first), 100);
    await writeFile(fileOf(second), Buffer.alloc(second.sizeBytes));
    const found = await verify();
    expect(found.code).toBe(1);
    expect(JSON.parse(found.stdout)).toMatchObject({
      differences: [{ kind: 'truncated' }, { kind: 'altered' }],
    });
    expect(await verify('--repair')).toMatchObject({ code: 0 });
    expect(await verify()).toMatchObject({ code: 0, stdout: expect.stringContaining('"segments":4') });
    const from = new Date(Date.now() - 700_000).toISOString();
    const { gaps } = await registry.api.get<{ gaps: { cause: string; sentence: string }[] }>(
      `/cameras/${shop.cameraId}/recordings?from=${from}&to=${new Date().toISOString()}`,
    );
    expect(gaps.map(({ cause }) => cause)).toContain('damaged');
  } finally {
    await registry.close();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
});

it('a purge leaves a receipt, and what a legal hold touches', async () => {
  const site = await openSite();
  try {
    const upload = describeFootage(footage, { cameraId: site.cameraId, startedAtMs: Date.now() - 600_000 });
    for (const { meta, bytes } of upload) await ingestSegment(site, site.agentId, meta, inPieces(bytes));
    const rows = await stored(site);
    const held = rows[5] as Row;
    await site.db.insert(legalHolds).values({
      id: newId('legalHold', 0, (bytes) => bytes),
      customerId: site.bakery,
      cameraId: site.cameraId,
      fromAt: held.startedAt,
      toAt: new Date(held.startedAt.getTime() + 10_000),
      reason: 'case 12',
    });
    await site.db.update(segments).set({ keepUntil: new Date(0) });
    const removed = await purgeExpired(site);
    expect(removed).toBeGreaterThanOrEqual(4);
    const receipts = await site.db.select().from(history).where(eq(history.operation, 'recordings.purged'));
    const sizeBytes = rows.slice(0, removed).reduce((sum, row) => sum + row.sizeBytes, 0);
    expect(receipts.map(({ tenantId, after }) => [tenantId, after])).toEqual([
      [site.bakery, { files: removed, sizeBytes }],
    ]);
    expect((await stored(site)).map(({ id }) => id)).toContain(held.id);
  } finally {
    await site.close();
  }
});
