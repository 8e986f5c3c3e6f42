import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeJoinToken } from '@gantry/protocol/enrol.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { runGantry, startGantry } from '../support/gantry.js';
import { startSmallRegistry } from '../support/small-registry.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the command line', () => {
  it('tells its version on standard output', async () => {
    const { version } = JSON.parse(
      await readFile(new URL('../../../agent/package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    expect(await runGantry(['version'])).toEqual({ code: 0, stdout: version, stderr: '\n' });
  });

  it('shows examples and exit codes', async () => {
    const { code, stdout } = await runGantry(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:[\s\S]*gantry up --join[\s\S]*3 not enrolled/);
  });

  it.each([
    ['an unknown command', ['fly'], 2, /unknown command/],
    ['an unknown flag', ['up', '--fast'], 2, /unknown option/],
    ['no join token at the first start', ['up'], 3, /not enrolled.*--join/],
    ['a cut-off join token', ['up', '--join', 'gantry1_abc'], 2, /begins with gantry1_/],
    ['a range that is none', ['up', '--scan', '10.0.0.0/99'], 2, /--scan must be/],
    ['no running agent', ['status'], 4, /No agent runs on the data folder/],
  ])('ends on %s with its code and a remedy', async (_what, args, code, message) => {
    const data = args[0] === 'up' || args[0] === 'status' ? ['--data', folder] : [];
    const ended = await runGantry([...args, ...data]);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(ended.stdout.split('\n').filter((line) => !line.startsWith('Key '))).toEqual(
      ended.stdout === '' ? [''] : [],
    );
  });

  it('ends with 2 on settings that cannot be read', async () => {
    await writeFile(join(folder, 'settings.json'), '{"logLevel":"loud"}');
    const { code, stderr } = await runGantry(['up', '--data', folder]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/settings\.json: logLevel: .*Correct this field/);
  });

  it('ends with 2 on a data folder that is none', async () => {
    await writeFile(join(folder, 'file'), '');
    const { code, stderr } = await runGantry(['up', '--data', join(folder, 'file')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/cannot be (read|used) \((EEXIST|ENOTDIR)/);
  });

  it('ends with 4 when the registry is not reached in time, and with 5 when it refuses', async () => {
    const join1 = encodeJoinToken({ u: 'http://127.0.0.1:9', k: 'tok_1.x' });
    const late = await runGantry(['up', '--data', folder, '--join', join1, '--timeout', '3s']);
    expect(late.code).toBe(4);
    expect(late.stderr).toMatch(/not reached in time: .*127\.0\.0\.1:9/);

    const registry = await startSmallRegistry();
    registry.enrolFaults = ['refuse the token'];
    const denied = await runGantry(['up', '--data', folder, '--join', registry.joinToken]);
    await registry.close();
    expect(denied.code).toBe(5);
    expect(denied.stderr).toMatch(/refuses to enrol this box: This token is used up/);
  });

  it('stops at once when it is interrupted while it waits for the registry', async () => {
    const join1 = encodeJoinToken({ u: 'http://127.0.0.1:9', k: 'tok_1.x' });
    const gantry = startGantry(['up', '--data', folder, '--join', join1]);
    await until(() => gantry.output().includes('Waiting'), { what: 'the first try' });
    expect(await gantry.stop('SIGINT')).toBe(0);
  });

  it('says what is missing for recording when there is no ffmpeg, and stays up', async () => {
    const registry = await startSmallRegistry();
    const gantry = startGantry(
      ['up', '--json', '--data', folder, '--scan', '127.0.81.99/32', '--join', registry.joinToken],
      { FFMPEG_PATH: join(folder, 'no-ffmpeg') },
    );
    await until(() => gantry.steps().includes('connected'), { timeoutMs: 30_000, what: 'the connection' });
    expect(gantry.lines().find((line) => line.includes('"ffmpeg"'))).toMatch(
      /was not found.*apt-get install ffmpeg/,
    );
    const doctor = await runGantry(['doctor', '--data', folder], { FFMPEG_PATH: join(folder, 'no-ffmpeg') });
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/ok {3}registry[\s\S]*FAIL ffmpeg/);
    expect(await gantry.stop('SIGTERM')).toBe(0);
    await registry.close();
  });
});
