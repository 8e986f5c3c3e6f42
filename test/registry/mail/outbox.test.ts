import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { letters } from '@gantry/registry/db/schema/operations.js';
import { createLog } from '@gantry/registry/log.js';
import { startRegistry } from '@gantry/registry/registry.js';
import { sql } from '@gantry/registry/db/drizzle.js';
import { expect, test } from 'vitest';
import { problemOf } from '../../support/api.js';
import { freshDatabase } from '../../support/database.js';
import { platformSignIn, startTestRegistry, testConfig } from '../../support/registry.js';
import { until } from '../../support/until.js';

test('without SMTP letters are files for somebody to forward, and the platform reads them; reading stands in the history', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-outbox-'));
  const registry = await startTestRegistry({ config: { dataFolder: folder } });
  try {
    const north = await registry.createIntegrator({ name: 'North & Söhne' });
    await registry.api.post('/users', { tenantId: north.id, email: 'ana@people.example', name: 'Ana' });
    const [name] = await until(
      async () => {
        const found = await readdir(join(folder, 'outbox')).catch(() => []);
        return found.length > 0 ? found : null;
      },
      { what: 'a letter in the folder' },
    );
    const path = join(folder, 'outbox', name as string);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const eml = await readFile(path, 'utf8');
    expect(eml).toMatch(/^From: gantry@registry\.example\r\nTo: ana@people\.example\r\n/m);
    expect(eml).toContain('Content-Type: multipart/alternative');
    expect(eml.split('\r\n\r\n', 1)[0]).not.toMatch(/[^\r]\n/);

    const { items } = await registry.api.get<{ items: { id: string; recipient: string }[] }>('/mail?limit=1');
    const [letter] = items;
    expect(letter).toMatchObject({
      recipient: 'ana@people.example',
      subject: expect.stringContaining('North & Söhne'),
    });
    expect(`${letter?.id}.eml`).toBe(name);
    const read = await registry.api.get<{ text: string }>(`/mail/${letter?.id}`);
    expect(read.text).toContain(`${registry.context.publicUrl()}/activate/`);
    const history = await registry.api.get<{ items: { operation: string }[] }>(
      `/history?target=${letter?.id}`,
    );
    expect(history.items).toMatchObject([{ operation: 'letter.read' }]);
    const user = await registry.createUser(north.id);
    const below = await registry.as(user.email, user.password);
    expect(await problemOf(below.get('/mail'))).toMatchObject({ code: 'forbidden' });
  } finally {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('a letter somebody asked for is written before the registry ends, and the answer does not tell who exists', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-reset-'));
  const database = await freshDatabase();
  try {
    const config = testConfig(folder, { databaseUrl: database.url });
    const registry = await startRegistry(config, { log: createLog('silent') });
    const ask = async (email: string) => {
      const answer = await fetch(`http://127.0.0.1:${registry.port}/api/v1/password-resets`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: JSON.stringify({ email }),
      });
      return [answer.status, await answer.text(), [...answer.headers.keys()].join()];
    };
    const unknown = await ask('nobody@nowhere.example');
    // Nobody waits for what only a known address leads to: while no letter can be written, the answer comes.
    await database.db.transaction(async (tx) => {
      await tx.execute(sql`lock table ${letters} in share row exclusive mode`);
      expect(await ask(platformSignIn.email)).toEqual(unknown);
    });
    await registry.close();
    const written = await database.db.select({ to: letters.recipient }).from(letters);
    expect(written).toEqual([{ to: platformSignIn.email }]);
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
});
