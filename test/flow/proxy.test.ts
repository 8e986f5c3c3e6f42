import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGantry } from '../agent/support/gantry.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { startForwardProxy, type ForwardProxy } from '../support/forward-proxy.js';
import { startStack, type Stack } from '../support/stack.js';

/** A site whose only way out is an HTTP proxy: the registry's name is known to nobody else. */
describe('a box behind a proxy', () => {
  let proxy: ForwardProxy;
  let database: FreshDatabase;
  let stack: Stack;
  let registry: string;

  beforeAll(async () => {
    proxy = await startForwardProxy({
      hosts: { 'registry.invalid': '127.0.0.1' },
      login: 'site:canary-word',
    });
    database = await freshDatabase();
    stack = await startStack({
      network: '127.28.1',
      databaseUrl: database.url,
      cameras: 1,
      one: () => ({ kind: 'onvif', audio: null }),
      agentEnv: () => ({
        GANTRY_PROXY: `http://site:canary-word@127.0.0.1:${proxy.port}`,
        GANTRY_REGISTRY_URL: `http://${registry}`,
        GANTRY_NAME: 'Box of the canteen',
      }),
    });
    registry = `registry.invalid:${new URL(stack.url).port}`;
  });
  afterAll(async () => {
    await stack?.close();
    await database?.close();
    await proxy?.close();
  });

  it('enrols, connects, records, uploads and shows live through it, and asks cameras by itself', async () => {
    await stack.startAgent();
    await stack.recording(1);
    await stack.uploaded(1);
    const [camera] = await stack.cameras();
    const abort = new AbortController();
    const live = await stack.api.fetch(`/cameras/${camera?.id}/live`, { signal: abort.signal });
    const first = await live.body?.getReader().read();
    expect(first?.value?.byteLength).toBeGreaterThan(0);
    abort.abort();

    // The join token names the registry's own address; everything after that goes where the setting says.
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(stack.url).host, registry]));
    const { items } = await stack.api.get<{ items: { name: string; hostname: string }[] }>('/agents');
    expect(items[0]).toMatchObject({ name: 'Box of the canteen', hostname: 'Box of the canteen' });
    expect(stack.agent().output.join('\n')).not.toContain('canary-word');
  });

  it('has its ways examined through it', async () => {
    const env = {
      GANTRY_PROXY: `http://site:canary-word@127.0.0.1:${proxy.port}`,
      GANTRY_REGISTRY_URL: `http://${registry}`,
    };
    const { stdout } = await runGantry(['doctor', '--json', '--data', `${stack.folder}/agent`], env);
    const { findings } = JSON.parse(stdout) as {
      findings: { what: string; verdict: string; detail: string }[];
    };
    const of = (wanted: string) => findings.find(({ what }) => what === wanted);
    expect(of('registry')).toMatchObject({ verdict: 'ok' });
    expect(of('mqtt')).toMatchObject({
      verdict: 'ok',
      detail: expect.stringContaining(registry.split(':')[0] ?? ''),
    });
    expect(of('dns')).toMatchObject({ verdict: 'ok', detail: expect.stringContaining('127.0.0.1') });
  });
});
