import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runUploads } from '../../faults/uploads.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';

let registry: TestRegistry;
let folder: string;
beforeAll(async () => {
  registry = await startTestRegistry();
  folder = await mkdtemp(join(tmpdir(), 'gantry-cuts-'));
});
afterAll(async () => {
  await registry?.close();
  await rm(folder, { recursive: true, force: true });
});

// The long run of `test/faults`, short.
it('uploads that are cut at any byte are stored once, whole, and none is lost', async () => {
  const found = await runUploads(registry, { folder, uploads: 50, random: Math.random, say: () => {} });
  expect(found).toMatchObject({ uploads: 50, large: 1, lost: [], doubled: [], corrupt: [] });
  expect(found.cuts).toBeGreaterThan(10);
  expect(found.tries).toBeGreaterThan(50);
}, 120_000);
