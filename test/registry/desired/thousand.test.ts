import { registryActor } from '@gantry/registry/actor.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { outbox } from '@gantry/registry/db/schema/registry.js';
import { disableTenant } from '@gantry/registry/tenancy/switch.js';
import { it } from 'vitest';
import { until } from '../../support/until.js';
import { startStack, type TestAgent } from './stack.js';

const count = 1_000;

it('tells 1,000 connected agents of a switched-off customer', { timeout: 60_000 }, async () => {
  const stack = await startStack();
  try {
    const { ctx, integrator: integratorId, customer: customerId, plan: planId } = stack;
    const ids = Array.from({ length: count }, () => ctx.newId('agent'));
    await ctx.db.insert(agents).values(ids.map((id) => ({ id, integratorId, name: 'box', hostname: 'box' })));
    await ctx.db.insert(cameras).values(
      ids.map((agentId) => ({
        id: ctx.newId('camera'),
        agentId,
        localId: 'onvif-1',
        tenantId: customerId,
        integratorId,
        customerId,
        planId,
        name: 'Camera',
        kind: 'onvif' as const,
        address: '192.0.2.1:80',
        access: 'ready' as const,
        streams: [],
        inventoryHash: 'none',
      })),
    );
    const connected: TestAgent[] = [];
    for (let at = 0; at < count; at += 50) {
      connected.push(...(await Promise.all(ids.slice(at, at + 50).map((id) => stack.connect(id)))));
    }
    await ctx.db.insert(outbox).values({ kind: 'tenant', refs: [customerId] });
    const told = (record: boolean) => () =>
      connected.every((agent) => agent.latest?.cameras[0]?.record === record);
    await until(told(true), { timeoutMs: 60_000, what: 'everybody to record' });
    await disableTenant(ctx, registryActor, stack.scope, customerId, { reason: null });
    // How fast is measured by the bench `disable-propagation`.
    await until(told(false), { timeoutMs: 60_000, what: 'everybody to be told' });
  } finally {
    await stack.close();
  }
});
