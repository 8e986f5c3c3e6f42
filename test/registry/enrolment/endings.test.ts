import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { problemOf } from '../../support/api.js';
import { startTestRegistry, type Tenant, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';
import { newBox, type Box } from './box.js';

let registry: TestRegistry;
let north: Tenant;
const clients: MqttClient[] = [];

beforeAll(async () => {
  registry = await startTestRegistry();
  north = await registry.createIntegrator({ name: 'North Security' });
});

afterEach(() => Promise.all(clients.splice(0).map((client) => client.endAsync(true))));
afterAll(() => registry.close());

async function letIn(box: Box): Promise<string> {
  const { userCode } = await box.ask(registry.at());
  const agent = await registry.api.post<{ id: string }>(`/claims/${userCode}:approve`, {
    integratorId: north.id,
  });
  return agent.id;
}

async function connect(box: Box, agentId: string): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${registry.mqttPort}`, {
    clientId: agentId,
    username: agentId,
    password: await box.bearer(agentId),
    reconnectPeriod: 0,
  });
  clients.push(client);
  return client;
}

const operations = async (agentId: string) => {
  const history = await registry.api.get<{ items: { operation: string; target: { id: string } }[] }>(
    '/history?limit=100',
  );
  return history.items.filter(({ target }) => target.id === agentId).map(({ operation }) => operation);
};

describe('an agent that is revoked', () => {
  it('loses its connection and its uploads at once, and is not let in again with this key', async () => {
    const box = await newBox();
    const agentId = await letIn(box);
    const client = await connect(box, agentId);
    const answer = await registry.api.post(`/agents/${agentId}:revoke`);
    expect(answer).toMatchObject({ id: agentId, ending: 'revoked' });
    await until(() => !client.connected, { what: 'the end of the connection' });

    const upload = await registry
      .at(await box.bearer(agentId))
      .fetch('/agent/segments/seg_01JD8YAB2C0000000000000000', { method: 'PUT' });
    expect(upload.status).toBe(401);
    await expect(connect(box, agentId)).rejects.toThrow(/not authorized|refused/i);
    expect((await problemOf(box.ask(registry.at()))).code).toBe('forbidden');
    await registry.api.post(`/agents/${agentId}:revoke`);
    expect(await operations(agentId)).toEqual(['agent.endedKeyUsed', 'agent.revoked', 'agent.approved']);
  });

  it('cannot be revoked by those who do not see it', async () => {
    const agentId = await letIn(await newBox());
    const user = await registry.createUser((await registry.createIntegrator()).id);
    const foreign = await registry.as(user.email, user.password);
    expect((await problemOf(foreign.post(`/agents/${agentId}:revoke`))).status).toBe(404);
    expect((await problemOf(registry.at().post(`/agents/${agentId}:revoke`))).status).toBe(401);
  });
});

describe('an agent that is reported stolen', () => {
  it('is revoked, and its owner hears where from it asks to be let in again (R38)', async () => {
    const box = await newBox();
    const agentId = await letIn(box);
    await registry.api.post(`/agents/${agentId}:revoke`);
    expect(await registry.api.post(`/agents/${agentId}:reportStolen`)).toMatchObject({ ending: 'stolen' });
    expect(await registry.api.post(`/agents/${agentId}:revoke`)).toMatchObject({ ending: 'stolen' });
    expect((await problemOf(box.ask(registry.at()))).code).toBe('forbidden');
    expect((await operations(agentId))[0]).toBe('agent.stolenSeen');
  });
});
