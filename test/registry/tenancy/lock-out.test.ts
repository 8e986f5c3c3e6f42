import { users } from '@gantry/registry/db/schema/people.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { expect, test } from 'vitest';
import { problemOf, type Api } from '../../support/api.js';
import { startTestRegistry, type Tenant } from '../../support/registry.js';

test('switching a tenant off locks out everybody at depths 1 to 10 below with the next request, and on lets them in (R15, R20)', async () => {
  const registry = await startTestRegistry();
  try {
    const top = await registry.createIntegrator({ name: 'Top' });
    const chain: Tenant[] = [];
    const people: Api[] = [];
    const programs: Api[] = [];
    for (let depth = 1; depth <= 10; depth += 1) {
      const parentId = (chain.at(-1) ?? top).id;
      const kind = depth <= 5 ? 'integrator' : 'customer';
      const fields = { kind, parentId, name: `Depth ${depth}`, email: 'd@depth.example' };
      const tenant = await registry.api.post<Tenant>('/tenants', fields);
      chain.push(tenant);
      const person = await registry.createUser(tenant.id, { owner: true });
      // Users of sub-integrators confirm their address first (R28); that is another story.
      await registry.context.db
        .update(users)
        .set({ mustConfirmEmail: false, emailConfirmedAt: new Date() })
        .where(eq(users.email, person.email));
      people.push(await registry.as(person.email, person.password));
      const key = await registry.api.post('/api-keys', {
        tenantId: tenant.id,
        name: 'erp',
      });
      const bearer = Object.values(key).find((value) => /^key_\w+\./.test(String(value)));
      programs.push(registry.at(String(bearer)));
    }
    const statuses = (apis: Api[]) =>
      Promise.all(apis.map(async (api) => (await api.fetch('/tenants?limit=1')).status));
    const all = (status: number) => Array<number>(10).fill(status);
    expect(await statuses([...people, ...programs])).toEqual([...all(200), ...all(200)]);

    await registry.api.post(`/tenants/${top.id}:disable`);
    expect(await statuses([...people, ...programs])).toEqual([...all(403), ...all(403)]);
    const why = await Promise.all(people.map((api) => problemOf(api.get('/tenants'))));
    expect(why.map((problem) => problem.code)).toEqual(Array(10).fill('account_disabled'));
    expect((await registry.api.fetch(`/tenants/${chain.at(-1)?.id}`)).status).toBe(200);

    await registry.api.post(`/tenants/${top.id}:enable`);
    expect(await statuses([...people, ...programs])).toEqual([...all(200), ...all(200)]);

    await registry.api.post(`/tenants/${chain[4]?.id}:disable`);
    const half = [...Array<number>(4).fill(200), ...Array<number>(6).fill(403)];
    expect(await statuses(people)).toEqual(half);
  } finally {
    await registry.close();
  }
});
