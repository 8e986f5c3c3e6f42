import { join } from 'node:path';
import { programs } from '../support/built.js';
import { startProgram } from '../support/program.js';
import type { Stage } from './bench.js';

/** The registry's first user. */
export const admin = { email: 'root@platform.example', password: 'the-first-password' };

export interface RegistryProgram {
  url: string;
  mqttPort: number;
  pid: number;
}

/** A registry in a process of its own until the bench is over. */
export async function startRegistryProgram(stage: Stage, databaseUrl: string): Promise<RegistryProgram> {
  const registry = startProgram({
    command: [
      programs.registry,
      ...['serve', '--json', '--data', join(stage.folder, 'registry'), '--port', '0', '--mqtt-port', '0'],
    ],
    env: {
      DATABASE_URL: databaseUrl,
      GANTRY_ADMIN_EMAIL: admin.email,
      GANTRY_ADMIN_PASSWORD: admin.password,
      GANTRY_LOG_LEVEL: 'error',
    },
  });
  stage.atEnd(async () => void (await registry.end()));
  const [line] = await registry.waitFor(/^\{.*"state":"ready".*$/, 60_000);
  const { url, mqttPort } = JSON.parse(line) as { url: string; mqttPort: number };
  return { url, mqttPort, pid: registry.process.pid as number };
}
