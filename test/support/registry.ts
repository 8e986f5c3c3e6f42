import type { Config } from '@gantry/registry/config.js';
import { readTrustedProxies } from '@gantry/registry/http/client-address.js';
import { startRegistry, type Overrides, type Registry } from '@gantry/registry/registry.js';
import { createLog } from '@gantry/registry/log.js';
import { noLookup } from '@gantry/registry/tenancy/addresses/lookup.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi, signIn, type Api } from './api.js';
import { freshDatabase } from './database.js';

export interface TestRegistry extends Registry {
  /** As the platform's first user. */
  api: Api;
  /** Its database, a fresh one. */
  databaseUrl: string;
  /** The platform's tenant. */
  platformId: string;
  /** The plan every registry begins with. */
  planId: string;
  /** As nobody; `at('key_…')` as the bearer of a token. */
  at(bearer?: string): Api;
  /** As a person. */
  as(email: string, password: string): Promise<Api>;
  createIntegrator(fields?: Fields): Promise<Tenant>;
  createCustomer(integratorId: string, fields?: Fields): Promise<Tenant>;
  createUser(tenantId: string, fields?: Fields): Promise<{ id: string; email: string; password: string }>;
  /** The join token that goes into `gantry up --join`, and `id.secret` inside it. */
  createEnrolmentToken(integratorId: string, fields?: Fields): Promise<{ id: string; joinToken: string }>;
}

export type Fields = Record<string, unknown>;
export interface Tenant {
  id: string;
  name: string;
  version: number;
  status: string;
}

export const platformSignIn = { email: 'root@platform.example', password: 'the-first-password' };

/** Config of a registry for one test: any ports, folders of its own. */
export const testConfig = (folder: string, more: Partial<Config> = {}): Config => ({
  dataFolder: join(folder, 'registry'),
  http: { host: '127.0.0.1', port: 0 },
  mqttPort: 0,
  publicUrl: null,
  trustedProxies: readTrustedProxies([]),
  databaseUrl: null,
  mqttUrl: null,
  storageUrl: `file:${join(folder, 'storage')}`,
  addressLookup: noLookup,
  logLevel: 'silent',
  mail: { smtpUrl: null, from: 'gantry@registry.example' },
  secondFactorGraceMs: 14 * 86_400_000,
  admin: platformSignIn,
  ...more,
});

/** Boots the real registry on a fresh database, signed in as the platform. Close it when done. */
export async function startTestRegistry(
  options: { config?: Partial<Config>; overrides?: Overrides } = {},
): Promise<TestRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-registry-'));
  const database = await freshDatabase();
  const config = testConfig(folder, { databaseUrl: database.url, ...options.config });
  const removeAll = async (): Promise<void> => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  };
  const registry = await startRegistry(config, { log: createLog('silent'), ...options.overrides }).catch(
    async (error: unknown) => {
      await removeAll();
      throw error;
    },
  );
  // A public URL may name a host that is none of ours.
  const url = `http://127.0.0.1:${registry.port}`;
  const api = await signIn(url, platformSignIn.email, platformSignIn.password);
  const me = await api.get<{ memberships: { tenant: { id: string } }[] }>('/me');
  const plans = await api.get<{ items: { id: string }[] }>('/plans');
  let number = 0;
  const next = (): number => (number += 1);
  return {
    ...registry,
    url,
    databaseUrl: database.url,
    api,
    platformId: me.memberships[0]?.tenant.id as string,
    planId: plans.items[0]?.id as string,
    at: (bearer) => createApi(url, bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    as: (email, password) => signIn(url, email, password),
    createIntegrator: (fields = {}) => {
      const name = `Integrator ${next()}`;
      return api.post('/tenants', {
        kind: 'integrator',
        name,
        email: 'office@integrator.example',
        ...fields,
      });
    },
    createCustomer: (integratorId, fields = {}) => {
      const name = `Customer ${next()}`;
      const own = { kind: 'customer', parentId: integratorId, name, email: 'office@customer.example' };
      return api.post('/tenants', { ...own, ...fields });
    },
    createUser: async (tenantId, fields = {}) => {
      const email = `user${next()}@people.example`;
      const made = { tenantId, email, name: `User of ${tenantId}`, password: 'a-good-password', ...fields };
      const user = await api.post<{ id: string; email: string }>('/users', made);
      return { ...user, password: made.password };
    },
    createEnrolmentToken: (integratorId, fields = {}) =>
      api.post('/enrolment-tokens', { integratorId, ...fields }),
    close: async () => {
      await registry.close();
      await removeAll();
    },
  };
}
