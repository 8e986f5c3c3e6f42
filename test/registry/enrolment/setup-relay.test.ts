import { agentId as agentIdSchema, newId } from '@gantry/protocol/ids.js';
import type { SetupRequest } from '@gantry/protocol/setup.js';
import { createSetupRelay } from '@gantry/registry/enrolment/setup-relay.js';
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';

const random = (sizeBytes: number) => new Uint8Array(randomBytes(sizeBytes));
const agent = agentIdSchema.parse(newId('agent', 1_800_000_000_000, (bytes) => random(bytes.length)));

it('answers at once where the box is connected to another process of the registry', async () => {
  const relay = createSetupRelay(
    { random },
    { holds: () => false, publish: () => Promise.reject(new Error('nobody is to be asked')) },
  );
  await expect(relay.ask(agent, { kind: 'view' })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('one MQTT broker for all') as string,
  });
});

it('gives each answer to the process that asked, when all of them hear it by one broker', async () => {
  const asked: SetupRequest[] = [];
  const line = {
    holds: () => true,
    publish: async (_agent: string, _kind: 'setup', request: SetupRequest) => void asked.push(request),
  };
  const [here, there] = [createSetupRelay({ random }, line), createSetupRelay({ random }, line)];
  const answer = here.ask(agent, { kind: 'view' });
  const { requestId = '' } = asked[0] ?? {};
  for (const [part, text] of ['{"a":', '1}'].entries()) {
    const body = Buffer.from(text).toString('base64');
    const told = {
      session: 'session-1',
      requestId,
      part: part + 1,
      parts: 2,
      status: 200,
      type: 'json' as const,
      body,
    };
    there.told(agent, told);
    here.told(agent, told);
  }
  expect((await answer).body.toString()).toBe('{"a":1}');
});
