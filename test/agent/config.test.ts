import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, dataFolderOf, loadConfig } from '@gantry/agent/config.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const load = (environment: Record<string, string> = {}, scanRanges: string[] = []) =>
  loadConfig({ dataFolder: folder, environment, scanRanges });
const settings = (text: string) => writeFile(join(folder, 'settings.json'), text);

describe('the configuration', () => {
  it('needs no file', async () => {
    expect(await load()).toMatchObject({
      dataFolder: folder,
      scanRanges: [],
      logLevel: 'info',
      heartbeatMs: 15_000,
    });
  });

  it('goes from defaults over the file and the environment to flags', async () => {
    await settings('{"logLevel":"warn","scanRanges":["10.0.0.0/24"],"rescanMinutes":5}');
    expect(await load({ GANTRY_LOG_LEVEL: 'error' })).toMatchObject({
      logLevel: 'error',
      scanRanges: ['10.0.0.0/24'],
      rescanMinutes: 5,
    });
    expect(await load({ GANTRY_SCAN_RANGES: '10.1.0.0/24, 10.2.0.9' })).toMatchObject({
      scanRanges: ['10.1.0.0/24', '10.2.0.9'],
    });
    expect(await load({ GANTRY_SCAN_RANGES: '10.1.0.0/24' }, ['10.3.0.0/24'])).toMatchObject({
      scanRanges: ['10.3.0.0/24'],
    });
  });

  it.each([
    ['no JSON', '{', {}, /settings\.json are not JSON/],
    ['an unknown key', '{"scanRange":[]}', {}, /Unrecognized key.*Correct this field/],
    ['no range', '{"scanRanges":["10.0.0.300/24"]}', {}, /scanRanges\.0: must be an IPv4/],
    [
      'a wrong variable',
      '{}',
      { GANTRY_HEARTBEAT_MS: 'often' },
      /^GANTRY_HEARTBEAT_MS .*unset GANTRY_HEARTBEAT_MS/,
    ],
    ['a wrong URL', '{}', { GANTRY_REGISTRY_URL: 'ftp://x' }, /^GANTRY_REGISTRY_URL/],
  ])('with %s is refused: what, why and what to do', async (_what, text, environment, message) => {
    await settings(text);
    const failure = load(environment);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toBeInstanceOf(ConfigError);
  });

  it('refuses a range of the command line that is none', async () => {
    await expect(load({}, ['everything'])).rejects.toThrow(/^--scan must be/);
  });

  it('finds the data folder by flag, variable, home', () => {
    expect(dataFolderOf('/a', { GANTRY_AGENT_DATA: '/b' })).toBe('/a');
    expect(dataFolderOf(undefined, { GANTRY_AGENT_DATA: '/b' })).toBe('/b');
    expect(dataFolderOf(undefined, {})).toBe(join(homedir(), '.gantry', 'agent'));
  });
});
