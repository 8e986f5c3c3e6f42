import type { InventoryCamera, Registration } from '@gantry/protocol/camera.js';
import type { AgentId } from '@gantry/protocol/ids.js';
import { InventoryAssemblies } from '@gantry/registry/cameras/inventory.js';
import { completeInventory, registerCameras } from '@gantry/registry/cameras/register.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameraKeys, cameras } from '@gantry/registry/db/schema/cameras.js';
import { outbox } from '@gantry/registry/db/schema/registry.js';
import { asc, eq, sql } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aCamera, startSite, type Site } from './site.js';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());
beforeEach(async () => {
  await site.ctx.db.delete(cameras);
  await site.ctx.db.delete(outbox);
});

const register = (agent: AgentId, entries: InventoryCamera[]): Promise<Registration[]> =>
  registerCameras(site.ctx, agent, entries, new Set(entries.map(({ localId }) => localId)));
const outcomes = (results: Registration[]) => results.map(({ outcome }) => outcome);
const stored = () => site.ctx.db.select().from(cameras).orderBy(asc(cameras.localId));
/** Rows written so far by this database; statements that change nothing do not count. */
const writes = async (): Promise<number> => {
  await site.ctx.db.execute(sql`select pg_stat_force_next_flush()`);
  const result = await site.ctx.db.execute<{ count: number }>(
    sql`select sum(n_tup_ins + n_tup_upd + n_tup_del)::int as count from pg_stat_user_tables`,
  );
  return result.rows[0]?.count ?? -1;
};

describe('registering cameras', () => {
  it('takes in 300 cameras at once and answers each with its id', async () => {
    const agent = await site.addAgent();
    const entries = Array.from({ length: 300 }, (_, n) => aCamera(n + 1));
    const results = await register(agent, entries);
    expect(new Set(outcomes(results))).toEqual(new Set(['registered']));
    expect(results.map(({ localId }) => localId)).toEqual(entries.map(({ localId }) => localId));
    const rows = await stored();
    expect(rows).toHaveLength(300);
    expect(rows.every((row) => row.customerId === null && row.tenantId === site.integrator)).toBe(true);
    expect(await site.ctx.db.$count(cameraKeys)).toBe(900);
    expect(await site.ctx.db.select({ kind: outbox.kind, refs: outbox.refs }).from(outbox)).toEqual([
      { kind: 'agent', refs: [agent] },
    ]);
  });

  it('writes nothing when nothing changed', async () => {
    const agent = await site.addAgent();
    const entries = Array.from({ length: 50 }, (_, n) => aCamera(n + 1));
    const first = await register(agent, entries);
    const before = await writes();
    const second = await register(agent, entries);
    expect(new Set(outcomes(second))).toEqual(new Set(['unchanged']));
    expect(second.map(({ cameraId }) => cameraId)).toEqual(first.map(({ cameraId }) => cameraId));
    expect(await writes()).toBe(before);
  });

  it('leaves the keys alone when something else changed, and replaces them when they or the channel did', async () => {
    const agent = await site.addAgent();
    await register(agent, [aCamera(1)]);
    const rowsOfKeys = async () => {
      const { rows } = await site.ctx.db.execute<{ row: string; key: string; channel: number }>(
        sql`select ctid::text as row, kind || ' ' || value as key, channel from camera_keys order by 2`,
      );
      return rows;
    };
    const first = await rowsOfKeys();
    await register(agent, [aCamera(1, { firmware: '2.0' })]);
    expect(await rowsOfKeys()).toEqual(first);
    await register(agent, [aCamera(1, { channel: 2 })]);
    expect((await rowsOfKeys()).map((row) => row.channel)).toEqual([2, 2, 2]);
    await register(agent, [aCamera(1, { channel: 2, keys: [{ kind: 'mac', value: 'abc' }] })]);
    expect((await rowsOfKeys()).map((row) => row.key)).toEqual(['mac abc']);
  });

  it('knows a camera again at another address, with another name of the agent, with another firmware', async () => {
    const agent = await site.addAgent();
    const [first] = await register(agent, [aCamera(1)]);
    const [moved] = await register(agent, [aCamera(1, { address: '192.0.2.99:80' })]);
    const [renamed] = await register(agent, [aCamera(1, { localId: 'other', firmware: '2.0' })]);
    expect([moved, renamed].map((result) => [result?.outcome, result?.cameraId])).toEqual([
      ['updated', first?.cameraId],
      ['updated', first?.cameraId],
    ]);
    expect(await stored()).toMatchObject([{ localId: 'other', address: '192.0.2.1:80', firmware: '2.0' }]);
  });

  it("keeps a person's name for a camera", async () => {
    const agent = await site.addAgent();
    await register(agent, [aCamera(1)]);
    await site.ctx.db.update(cameras).set({ name: 'Door', renamed: true });
    await register(agent, [aCamera(1, { name: 'IPC-1' })]);
    expect(await stored()).toMatchObject([{ name: 'Door' }]);
  });

  it('lets exactly one of two agents of two integrators have a camera they announce at once', async () => {
    const south = await site.addTenant('integrator', site.platform, 'South');
    const [one, other] = [await site.addAgent(), await site.addAgent(south)];
    for (let round = 0; round < 10; round += 1) {
      await site.ctx.db.delete(cameras);
      const entries = Array.from({ length: round % 2 === 0 ? 3 : 40 }, (_, n) => aCamera(n + 1));
      const [first, second] = await Promise.all([
        register(one, entries),
        register(other, [...entries].reverse()),
      ]);
      const byId = new Map(second.map((result) => [result.localId, result.outcome]));
      for (const { localId, outcome } of first) {
        expect(new Set([outcome, byId.get(localId)])).toEqual(new Set(['bound_elsewhere', 'registered']));
      }
      expect(await stored()).toHaveLength(entries.length);
    }
  });

  it('does not say where a camera is registered', async () => {
    const south = await site.addTenant('integrator', site.platform, 'Secret Ltd');
    await register(await site.addAgent(south), [aCamera(1)]);
    const [result] = await register(await site.addAgent(), [aCamera(1)]);
    expect(result).toMatchObject({ outcome: 'bound_elsewhere', cameraId: null });
    expect(result?.detail).not.toMatch(/Secret|cam_|ten_/);
  });

  it('gives a camera to a second agent of its integrator only once the first is gone', async () => {
    const [old, fresh] = [await site.addAgent(), await site.addAgent()];
    const [first] = await register(old, [aCamera(1)]);
    expect(outcomes(await register(fresh, [aCamera(1)]))).toEqual(['bound_elsewhere']);
    await site.ctx.db.update(agents).set({ presence: 'offline' }).where(eq(agents.id, old));
    await site.ctx.db.delete(outbox);
    const [adopted] = await register(fresh, [aCamera(1)]);
    expect(adopted).toMatchObject({ outcome: 'updated', cameraId: first?.cameraId });
    const [told] = await site.ctx.db.select().from(outbox);
    expect(told?.refs.toSorted()).toEqual([old, fresh].toSorted());
  });

  it('shows a conflict, and neither merges nor doubles, when keys point at two cameras', async () => {
    const agent = await site.addAgent();
    const [one, two] = await register(agent, [aCamera(1), aCamera(2)]);
    const mixed = aCamera(3, {
      keys: [
        aCamera(1).keys[0] as InventoryCamera['keys'][0],
        aCamera(2).keys[1] as InventoryCamera['keys'][0],
      ],
    });
    const [result] = await register(agent, [mixed]);
    expect(result).toMatchObject({ outcome: 'conflict', cameraId: null });
    expect(result?.detail).toContain(one?.cameraId);
    expect(result?.detail).toContain(two?.cameraId);
    const rows = await stored();
    expect(rows).toHaveLength(2);
    expect(rows.every(({ conflict }) => conflict === result?.detail)).toBe(true);
  });

  it('registers two entries with the same keys once', async () => {
    const agent = await site.addAgent();
    const results = await register(agent, [aCamera(1), aCamera(1, { localId: 'again' })]);
    expect(outcomes(results)).toEqual(['registered', 'conflict']);
    expect(await stored()).toHaveLength(1);
  });

  it('registers the channels of one device as cameras of their own (R45)', async () => {
    const agent = await site.addAgent();
    const results = await register(
      agent,
      [1, 2, 3].map((channel) => aCamera(1, { localId: `nvr-${channel}`, channel })),
    );
    expect(outcomes(results)).toEqual(['registered', 'registered', 'registered']);
  });

  it('binds new cameras by the rule of their agent, and leaves them unbound when the rule does not hold', async () => {
    const rule = { autoBindCustomerId: site.customer, autoBindPlanId: site.plan };
    await register(await site.addAgent(site.integrator, rule), [aCamera(1)]);
    const south = await site.addTenant('integrator', site.platform, 'South');
    await register(await site.addAgent(south, rule), [aCamera(2)]);
    expect(await stored()).toMatchObject([
      { localId: 'onvif-1', customerId: site.customer, tenantId: site.customer, retentionDays: 14 },
      { localId: 'onvif-2', customerId: null, tenantId: south },
    ]);
  });

  it('marks cameras missing that a whole inventory lacks, and found again', async () => {
    const agent = await site.addAgent();
    const assemblies = new InventoryAssemblies();
    const announce = async (inventoryId: string, parts: InventoryCamera[][]) => {
      for (const [index, part] of parts.entries()) {
        const message = { inventoryId, part: index + 1, parts: parts.length, cameras: part };
        const { listed, complete } = assemblies.add(agent, message);
        await registerCameras(site.ctx, agent, part, listed);
        if (complete) await completeInventory(site.ctx, agent, 'f'.repeat(64), listed);
      }
    };
    const missing = async () =>
      (await stored()).filter((row) => row.missingSince !== null).map((row) => row.localId);
    await announce('inventory-1', [[aCamera(1)], [aCamera(2)], [aCamera(3)]]);
    expect(await missing()).toEqual([]);
    await announce('inventory-2', [[aCamera(1)], [aCamera(3)]]);
    expect(await missing()).toEqual(['onvif-2']);
    await announce('inventory-3', [[aCamera(1)], [aCamera(2)], [aCamera(3)]]);
    expect(await missing()).toEqual([]);
  });
});
