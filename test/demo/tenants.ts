import type { Api } from '../support/api.js';

export interface DemoTenants {
  customerName: string;
  joinToken: string;
  platformId: string;
  integratorId: string;
  customerId: string;
}

const integratorName = 'Demo Security';
const customerName = 'Demo Bakery';

interface Page<Item> {
  items: Item[];
}

/** The demo's integrator and customer, made at the first start, and a token whose agents bind to the customer. */
export async function prepareTenants(api: Api): Promise<DemoTenants> {
  const { items: known } =
    await api.get<Page<{ id: string; kind: string; name: string }>>('/tenants?limit=200');
  const find = (kind: string, name: string) => known.find((one) => one.kind === kind && one.name === name);
  const platform = known.find((one) => one.kind === 'platform');
  if (!platform)
    throw new Error('The first user does not see the platform: was it demoted? Delete the data folder.');
  const integrator =
    find('integrator', integratorName) ??
    (await api.post<{ id: string }>('/tenants', {
      kind: 'integrator',
      parentId: platform.id,
      name: integratorName,
      email: 'office@demo-security.example',
    }));
  const customer =
    find('customer', customerName) ??
    (await api.post<{ id: string }>('/tenants', {
      kind: 'customer',
      parentId: integrator.id,
      name: customerName,
      email: 'owner@demo-bakery.example',
    }));
  const plans = await api.get<Page<{ id: string }>>('/plans');
  const token = await api.post<{ joinToken: string }>('/enrolment-tokens', {
    integratorId: integrator.id,
    name: 'Demo agent',
    maxUses: 1,
    expiresInHours: 1,
    autoBind: { customerId: customer.id, planId: plans.items[0]?.id },
  });
  const ids = { platformId: platform.id, integratorId: integrator.id, customerId: customer.id };
  return { customerName, joinToken: token.joinToken, ...ids };
}
