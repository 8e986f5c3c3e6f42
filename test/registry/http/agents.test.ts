import type { TenantId } from '@gantry/protocol/ids.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';

interface AgentAnswer {
  id: string;
  presence: string;
  sentence: string;
  cameras: number;
  spool: { segments: number };
  desired: { epoch: number; generation: number };
  applied: { epoch: number; generation: number };
}

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry.close());

it('lists agents in pages and shows how far each has got', async () => {
  const { id: integratorId } = await registry.createIntegrator();
  const { context } = registry;
  const rows = [1, 2, 3].map((n) => ({
    id: context.newId('agent'),
    integratorId: integratorId as TenantId,
    name: `box-${n}`,
    hostname: 'box',
    generation: 7,
    appliedEpoch: context.epoch,
    appliedGeneration: 6,
    spoolSegments: 4,
  }));
  await context.db.insert(agents).values(rows);
  const ids = rows.map(({ id }) => id as string).toSorted();
  const first = await registry.api.get<{ items: AgentAnswer[]; next: string }>('/agents?limit=2');
  const second = await registry.api.get<{ items: AgentAnswer[]; next: null }>(
    `/agents?limit=2&cursor=${first.next}`,
  );
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
  expect(second.next).toBeNull();
  expect(await registry.api.get<AgentAnswer>(`/agents/${ids[0]}`)).toMatchObject({
    presence: 'unknown',
    sentence: 'Waiting to hear from it',
    cameras: 0,
    spool: { segments: 4 },
    desired: { generation: 7 },
    applied: { epoch: context.epoch, generation: 6 },
  });
});
