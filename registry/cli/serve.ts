import { loadConfig, type Config } from '../config.js';
import { startRegistry, type Registry } from '../registry.js';
import { version } from '../version.js';
import { mention, print, say } from './output.js';

export interface ServeFlags {
  config?: string;
  data?: string;
  host?: string;
  port?: string;
  mqttPort?: string;
  json?: true;
}

/** Longest time an ordered end may take. */
const closeWithinMs = 5_000;

/** Runs the registry until SIGTERM or SIGINT. */
export async function serve(flags: ServeFlags): Promise<void> {
  const config = await loadConfig({
    environment: process.env,
    file: flags.config,
    flags: {
      GANTRY_DATA: flags.data,
      GANTRY_HOST: flags.host,
      GANTRY_PORT: flags.port,
      GANTRY_MQTT_PORT: flags.mqttPort,
    },
  });
  // Heard from the first moment on: a signal during the start ends what has been started.
  const stop = nextSignal();
  const registry = await startRegistry(config);
  tellReady(registry, config, flags.json === true);
  await stop;
  const overdue = setTimeout(() => {
    mention('Not everything closed in time; ending now.');
    process.exit(1);
  }, closeWithinMs);
  await registry.close();
  clearTimeout(overdue);
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const take = (): void => {
      seen += 1;
      // A second one means now.
      if (seen > 1) process.exit(1);
      resolve();
    };
    process.on('SIGTERM', take);
    process.on('SIGINT', take);
  });
}

function tellReady(registry: Registry, config: Config, json: boolean): void {
  const { url, mqttPort, firstSignIn } = registry;
  const mqtt = registry.context.agentMqttUrl();
  // A password somebody chose is known already, and is not repeated.
  const password = config.admin.password === null ? firstSignIn?.password : undefined;
  if (json) {
    print({
      state: 'ready',
      url,
      mqttUrl: mqtt,
      mqttPort,
      firstSignIn: firstSignIn && { email: firstSignIn.email, password },
    });
    return;
  }
  say(`Gantry registry ${version}\n  page  ${url}\n  API   ${url}/api/v1/openapi.json\n  MQTT  ${mqtt}`);
  if (firstSignIn === null) return;
  const shown = password ?? 'the one from GANTRY_ADMIN_PASSWORD';
  say(`\nSign in for the first time with\n  e-mail    ${firstSignIn.email}\n  password  ${shown}`);
  if (password !== undefined) say('This password is shown only now.');
}
