import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage } from '@gantry/registry/recordings/storage/open.js';
import type { Storage } from '@gantry/registry/recordings/storage/storage.js';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { storageConformance } from './conformance.js';

/** What is used of the S3-compatible test server `s3rver`. */
interface TestServer {
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}
type TestServerClass = new (options: object) => TestServer;

const loadTestServer = async (): Promise<TestServerClass | null> => {
  const name: string = 's3rver';
  try {
    return ((await import(name)) as { default: TestServerClass }).default;
  } catch {
    return null;
  }
};

const S3rver = await loadTestServer();
if (S3rver === null) console.warn('S3 is not tested: the test server s3rver is not installed');

describe.skipIf(S3rver === null)('an S3 bucket as storage', () => {
  let folder: string;
  let server: TestServer;
  let storage: Storage;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-s3-'));
    server = new (S3rver as TestServerClass)({
      port: 0,
      address: '127.0.0.1',
      silent: true,
      directory: folder,
      configureBuckets: [{ name: 'video' }],
    });
    const { port } = await server.run();
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'S3RVER');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'S3RVER');
    const endpoint = encodeURIComponent(`http://127.0.0.1:${port}`);
    storage = await openStorage(`s3://video/gantry?endpoint=${endpoint}&pathStyle=true`);
  });
  afterAll(async () => {
    storage?.close();
    await server?.close();
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });
  storageConformance(() => storage, { atomic: false });
});
