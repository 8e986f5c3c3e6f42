import { agentMqttUrlOf, publicUrlOf } from '@gantry/registry/addresses.js';
import { configKeys, loadConfig } from '@gantry/registry/config.js';
import { packageRoot } from '@gantry/registry/paths.js';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the README explains every key of the configuration, and no other', () => {
  const readme = readFileSync(`${packageRoot}/README.md`, 'utf8');
  const explained = [...readme.matchAll(/^\| `([A-Z_]+)`/gm)].map((match) => match[1]);
  expect(new Set(explained)).toEqual(new Set(configKeys));
});

test('the command line weighs more than the environment, and both more than the defaults', async () => {
  const environment = {
    GANTRY_PORT: '8000',
    GANTRY_MQTT_PORT: '',
    GANTRY_PUBLIC_URL: 'https://cams.example.com/',
  };
  const config = await loadConfig({
    environment,
    flags: { GANTRY_PORT: '9000', GANTRY_DATA: '/srv/gantry' },
  });
  expect(config).toMatchObject({
    dataFolder: '/srv/gantry',
    http: { host: '127.0.0.1', port: 9000 },
    mqttPort: 1883,
    publicUrl: 'https://cams.example.com',
    storageUrl: 'file:/srv/gantry/storage',
  });
});

test.each([
  ['{"GANTRY_PORT": "many"}', {}, 'GANTRY_PORT: '],
  ['{"GANTRY_PROT": 1}', {}, 'GANTRY_PROT: not a key of this version'],
  ['{"GANTRY_PORT": 7', {}, 'is not JSON'],
  ['[]', {}, 'must hold an object'],
  ['{}', { GANTRY_ADDRESS_LOOKUP: 'bing' }, 'GANTRY_ADDRESS_LOOKUP: must be none, photon:'],
  ['{}', { DATABASE_URL: 'mysql://x' }, 'DATABASE_URL: must start with postgresql://'],
  ['{}', { GANTRY_ADMIN_PASSWORD: 'short' }, 'GANTRY_ADMIN_PASSWORD: must have at least 8 characters'],
])('a configuration that cannot be used says where and what: %s %j', async (text, environment, expected) => {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-config-'));
  const file = join(folder, 'config.json');
  await writeFile(file, text);
  await expect(loadConfig({ environment, file })).rejects.toThrow(expected);
  await rm(folder, { recursive: true });
});

const ports = { http: 7070, mqtt: 1883 };
const http = { host: '127.0.0.1', port: 7070 };
test.each([
  [{ publicUrl: null, mqttUrl: null, http }, 'http://127.0.0.1:7070', 'mqtt://127.0.0.1:1883'],
  [{ publicUrl: 'https://c.example', mqttUrl: null, http }, 'https://c.example', 'wss://c.example/mqtt'],
  [{ publicUrl: 'http://c.example:80', mqttUrl: null, http }, 'http://c.example:80', 'mqtt://c.example:1883'],
  [
    { publicUrl: null, mqttUrl: null, http: { host: '::1', port: 0 } },
    'http://[::1]:7070',
    'mqtt://[::1]:1883',
  ],
  [
    { publicUrl: 'https://c.example', mqttUrl: 'mqtts://u:p@b.example:8883', http },
    'https://c.example',
    'mqtts://b.example:8883',
  ],
])('addresses of %j', (config, people, agents) => {
  expect(publicUrlOf(config, ports)).toBe(people);
  expect(agentMqttUrlOf(config, ports)).toBe(agents);
});
