import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openStorage } from '@gantry/registry/recordings/storage/open.js';
import type { Storage } from '@gantry/registry/recordings/storage/storage.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startObjectStore, type ObjectStore } from '../../../support/object-store.js';
import { inPieces } from '../footage.js';
import { storageConformance } from './conformance.js';

describe('an S3 bucket as storage', () => {
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
  // The test server keeps what an aborted upload had sent; S3 itself does not.
  storageConformance(() => storage, { atomic: false });
});

it('hands S3 the digest of what it puts, so that the store can refuse other bytes', async () => {
  const heard: (string | string[] | undefined)[] = [];
  const server = createServer((request, response) => {
    heard.push(request.headers['x-amz-checksum-sha256']);
    request.resume().on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const endpoint = encodeURIComponent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const storage = await openStorage(`s3://video?endpoint=${endpoint}&pathStyle=true`);
  const bytes = randomBytes(5_000);
  const digest = createHash('sha256').update(bytes).digest();
  await storage.put('a/b.mp4', inPieces(bytes), { sizeBytes: 5_000, sha256: digest.toString('hex') });
  expect(heard).toEqual([digest.toString('base64')]);
  storage.close();
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
});
