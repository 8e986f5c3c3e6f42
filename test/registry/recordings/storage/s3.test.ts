import { openStorage } from '@gantry/registry/recordings/storage/open.js';
import type { Storage } from '@gantry/registry/recordings/storage/storage.js';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { startObjectStore, type ObjectStore } from '../../../support/object-store.js';
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
