import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@gantry/registry/config.js';
import { createLog } from '@gantry/registry/log.js';
import { startRegistry } from '@gantry/registry/registry.js';
import { signIn, type Api } from '../../support/api.js';
import { recordFor } from './footage.js';
import { fillWorld, type World } from './world.js';

/** A registry in use, outside of the tests: for programs that look at its pages. */
export interface FilledRegistry {
  url: string;
  /** As the platform. */
  api: Api;
  world: World;
  /** Who runs the platform. */
  admin: { email: string; password: string };
  close(): Promise<void>;
}

const admin = { email: 'root@platform.example', password: 'the-first-password' };

/** With everything of its own in a folder that goes when it is closed. */
export async function startFilledRegistry(): Promise<FilledRegistry> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-filled-'));
  const environment = {
    GANTRY_DATA: home,
    GANTRY_PORT: '0',
    GANTRY_MQTT_PORT: '0',
    GANTRY_ADMIN_EMAIL: admin.email,
    GANTRY_ADMIN_PASSWORD: admin.password,
  };
  const registry = await startRegistry(await loadConfig({ environment }), { log: createLog('silent') });
  const close = async () => {
    await registry.close();
    await rm(home, { recursive: true, force: true });
  };
  try {
    const api = await signIn(registry.url, admin.email, admin.password);
    const { db } = registry.context;
    const world = await fillWorld({ url: registry.url, api, db });
    await recordFor({ url: registry.url, db }, world.butcherCameraId);
    return { url: registry.url, api, world, admin, close };
  } catch (error) {
    await close();
    throw error;
  }
}
