import { startEmbeddedBroker } from '@gantry/registry/broker/embedded.js';
import { revokedAgents } from '@gantry/registry/broker/revocations.js';
import { agentCredentials } from '@gantry/registry/db/schema/agents.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { startSite } from '../cameras/site.js';
import { connectAgent, cut, verifyTestToken } from './clients.js';

it('finds the connected agents whose key was revoked, and only those', async () => {
  const site = await startSite();
  const broker = await startEmbeddedBroker({
    verify: verifyTestToken,
    log: site.ctx.log,
    clock: site.ctx.clock,
    port: 0,
    host: '127.0.0.1',
  });
  try {
    const [kept, revoked] = [await site.addAgent(), await site.addAgent()];
    const key = { kty: 'EC', crv: 'P-256', x: 'x'.repeat(43), y: 'y'.repeat(43) } as const;
    await site.ctx.db.insert(agentCredentials).values(
      [kept, revoked].map((agentId) => ({
        agentId,
        thumbprint: `key of ${agentId}`,
        publicKey: key,
        state: 'active' as const,
      })),
    );
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const clients = [await connectAgent(url, kept), await connectAgent(url, revoked)];
    expect(await revokedAgents(site.ctx, broker.connected())).toEqual([]);
    await site.ctx.db
      .update(agentCredentials)
      .set({ state: 'revoked' })
      .where(eq(agentCredentials.agentId, revoked));
    expect(await revokedAgents(site.ctx, broker.connected())).toEqual([revoked]);
    broker.kick(revoked);
    await until(() => broker.connected().length === 1, { what: 'the connection to end' });
    expect(broker.connected()).toMatchObject([{ agentId: kept }]);
    clients.forEach(cut);
  } finally {
    await broker.close();
    await site.close();
  }
});
