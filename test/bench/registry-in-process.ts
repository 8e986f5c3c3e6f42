import { createLog } from '@gantry/registry/log.js';
import { readTrustedProxies } from '@gantry/registry/http/client-address.js';
import { startRegistry, type Registry } from '@gantry/registry/registry.js';
import { join } from 'node:path';
import type { Stage } from './bench.js';
import { noLookup } from '@gantry/registry/tenancy/addresses/lookup.js';
import type { BenchDatabase } from './database.js';

/** The whole registry on a bench's database, any ports; closed when the bench is over. */
export async function startBenchRegistry(stage: Stage, database: BenchDatabase): Promise<Registry> {
  const registry = await startRegistry(
    {
      dataFolder: join(stage.folder, 'registry'),
      http: { host: '127.0.0.1', port: 0 },
      mqttPort: 0,
      publicUrl: null,
      trustedProxies: readTrustedProxies([]),
      databaseUrl: database.url,
      mqttUrl: null,
      storageUrl: `file:${join(stage.folder, 'storage')}`,
      addressLookup: noLookup,
      logLevel: 'silent',
      mail: { smtpUrl: null, from: 'gantry@registry.example' },
      secondFactorGraceMs: 14 * 86_400_000,
      admin: { email: 'root@platform.example', password: 'the-first-password' },
    },
    { log: createLog('error') },
  );
  stage.atEnd(() => registry.close());
  return registry;
}
