import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../support/database.js';
import { mosquittoProgram, startMosquitto, type OutsideBroker } from '../support/mosquitto.js';
import { startObjectStore, type ObjectStore } from '../support/object-store.js';
import { processesOf } from '../support/processes.js';
import { startStack, type Stack } from '../support/stack.js';
import { until } from '../support/until.js';

if (mosquittoProgram === null)
  process.stderr.write('skipped: outside services, mosquitto is not installed\n');

/** Past one machine: Postgres, broker and storage are named by their addresses, nothing else changes (design §8). */
describe.skipIf(mosquittoProgram === null)('a registry on outside Postgres, MQTT and S3', () => {
  let broker: OutsideBroker;
  let store: ObjectStore;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let stack: Stack;

  beforeAll(async () => {
    [broker, store, database] = await Promise.all([startMosquitto(), startObjectStore(), freshDatabase()]);
    stack = await startStack({
      network: '127.22.1',
      cameras: 1,
      databaseUrl: database.url,
      env: {
        MQTT_URL: broker.registryUrl,
        STORAGE_URL: store.storageUrl,
        ...store.credentials,
      },
    });
  });

  afterAll(async () => {
    await stack?.close();
    await Promise.all([broker?.close(), store?.close(), database?.close()]);
  });

  it('starts no Postgres and no broker of its own', async () => {
    expect(stack.postmasters()).toBe(0);
    expect(stack.mqttPort()).toBeNull();
  });

  it('registers and records, a minute to each object because S3 counts them', async () => {
    await stack.startAgent();
    await stack.recording(1);
    const lines = processesOf(join(stack.folder, 'agent')).map(({ command }) => command.join(' '));
    expect(lines.filter((line) => line.includes('-segment_time 60 '))).toHaveLength(1);
  });

  it('stops its recorders on a disable as fast as with its own broker', async () => {
    await stack.api.post(`/tenants/${stack.tenants.customerId}:disable`, {});
    await until(() => stack.recorders() === 0, { timeoutMs: 2_000, what: 'the end of the recorder' });
  });

  it('has what was recorded until then, and plays it', async () => {
    await stack.uploaded(1);
    const [camera] = await stack.cameras();
    const { url } = await stack.api.post<{ url: string }>(`/cameras/${camera?.id}/playback`, {
      from: new Date(Date.now() - 600_000).toISOString(),
      to: new Date(Date.now() + 60_000).toISOString(),
    });
    const playlist = await (await fetch(url)).text();
    const media = playlist.split('\n').find((line) => line.endsWith('.m4s'));
    const bytes = await (await fetch(new URL(media ?? '', url))).arrayBuffer();
    expect(bytes.byteLength).toBeGreaterThan(1_000);
  });
});
