import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pauseBeforeMs } from '@gantry/registry/db/postgres-supervision.js';
import { createLog } from '@gantry/registry/log.js';
import { readProcess } from '@gantry/registry/process-start.js';
import { startRegistry } from '@gantry/registry/registry.js';
import { expect, test } from 'vitest';
import { signIn } from '../../support/api.js';
import { platformSignIn, testConfig } from '../../support/registry.js';
import { until } from '../../support/until.js';

test('when its Postgres is killed the registry says so, starts it again and goes on with what was committed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-dies-'));
  const config = testConfig(folder);
  const registry = await startRegistry(config, { log: createLog('silent') });
  const pidOf = async () =>
    Number((await readFile(join(config.dataFolder, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);
  try {
    const api = await signIn(registry.url, platformSignIn.email, platformSignIn.password);
    const tenant = { kind: 'integrator', name: 'North', email: 'n@n.example' };
    const made = await api.post<{ id: string }>('/tenants', tenant);
    const health = async () => (await api.fetch('/health')).status;
    expect(await health()).toBe(200);
    const killed = await pidOf();
    process.kill(killed, 'SIGKILL');
    expect(
      await until(async () => (await health()) === 503, { timeoutMs: 60_000, everyMs: 5, what: 'a 503' }),
    ).toBe(true);
    await until(async () => (await health()) === 200, { timeoutMs: 45_000, what: 'the database again' });
    expect(await api.get(`/tenants/${made.id}`)).toMatchObject({ name: 'North' });
    await api.post('/tenants', { ...tenant, name: 'South' });
    expect(await pidOf()).not.toBe(killed);
  } finally {
    const last = await pidOf().catch(() => 0);
    await registry.close();
    expect(await readProcess(last)).toBeNull();
    await rm(folder, { recursive: true, force: true });
  }
});

test.each([
  [0, 250],
  [1, 500],
  [4, 4_000],
  [5, 5_000],
  [50, 5_000],
])('start %i waits %i ms before the next', (attempt, expected) => {
  expect(pauseBeforeMs(attempt)).toBe(expected);
});
