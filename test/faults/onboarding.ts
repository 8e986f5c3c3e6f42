import type { Stack } from '../support/stack.js';
import { until } from '../support/until.js';

export interface Onboarding {
  /** From the start of `gantry up` until so many cameras were registered and let the agent in, ms. */
  reachedMs: Record<number, number>;
  registered: number;
  /** Cameras that were registered twice, or never. */
  wrong: string[];
  /** Logins the cameras refused. */
  refusedLogins: number;
}

/**
 * One command on a new box: `gantry up` with a join token and the site's login, until every camera stands in the
 * registry. Its customer is switched off before, so that what is measured is onboarding and not 50 recorders.
 */
export async function runOnboarding(stack: Stack, marks: readonly number[]): Promise<Onboarding> {
  await stack.api.post(`/tenants/${stack.tenants.customerId}:disable`, { reason: 'measuring' });
  const startedAtMs = performance.now();
  await stack.startAgent();
  const reachedMs: Record<number, number> = {};
  for (const mark of marks) {
    await until(async () => (await ready(stack)).length >= mark, {
      timeoutMs: 180_000,
      everyMs: 50,
      what: `${mark} registered cameras`,
    });
    reachedMs[mark] = performance.now() - startedAtMs;
  }
  return { reachedMs, ...(await registeredAt(stack)) };
}

/** How the cameras of the site stand in the registry. */
export async function registeredAt(stack: Stack): Promise<Omit<Onboarding, 'reachedMs'>> {
  const cameras = await ready(stack);
  const expected = stack.site.cameras.map(({ address }) => address);
  const hosts = cameras.map(({ address }) => address.split(':')[0] ?? '');
  const wrong = expected.filter((address) => hosts.filter((host) => host === address).length !== 1);
  const refusedLogins = stack.site.cameras.reduce((sum, { counters }) => sum + counters.failedLogins, 0);
  return { registered: cameras.length, wrong, refusedLogins };
}

async function ready(stack: Stack): Promise<{ address: string }[]> {
  const { items } = await stack.api.get<{ items: { address: string; access: string }[] }>(
    '/cameras?limit=200',
  );
  return items.filter(({ access }) => access === 'ready');
}
