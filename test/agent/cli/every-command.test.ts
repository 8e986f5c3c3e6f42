import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { buildProgram } from '@gantry/agent/cli/program.js';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVirtualCamera, type VirtualCamera } from '../../support/cameras/camera.js';
import { freePort } from '../../support/free-port.js';
import { processesOf } from '../../support/processes.js';
import { until } from '../../support/until.js';
import { runGantry, startGantry, type RunningGantry } from '../support/gantry.js';
import { startSmallRegistry, type SmallRegistry } from '../support/small-registry.js';

/** Every command as a process of its own, beside one running agent with two cameras. */
const canary = 'canary-of-the-camera-7';
const address = '127.0.71.71';
let folder: string;
let data: string;
let registry: SmallRegistry;
let camera: VirtualCamera;
let generic: VirtualCamera;
let box: RunningGantry;
let said = '';

const gantry = async (...args: string[]) => {
  const ended = await runGantry([...args, '--data', data]);
  said += ended.stdout + ended.stderr;
  return ended;
};
const json = async <Answer>(...args: string[]): Promise<Answer & { v: number }> => {
  const { stdout, stderr } = await gantry(...args, '--json');
  expect([args, stdout]).toEqual([args, expect.stringMatching(/^\{"v":1[,}]/)]);
  if (stderr.trim() !== '') throw new Error(`${args.join(' ')} --json also said: ${stderr}`);
  return JSON.parse(stdout) as Answer & { v: number };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-every-'));
  data = join(folder, 'data');
  registry = await startSmallRegistry();
  camera = await startVirtualCamera({ address, password: canary, discovery: { interfaces: ['127.0.0.1'] } });
  generic = await startVirtualCamera({ kind: 'generic', address: '127.0.71.72', password: canary });
  await writeFile(join(folder, 'join'), registry.joinToken);
  await writeFile(join(folder, 'password'), `${canary}\n`);
  await writeFile(join(folder, 'login'), `admin:${canary}\n`);
  box = startGantry(
    ['up', '--json', '--data', data, '--scan', `${address}/32`, '--join', `file:${join(folder, 'join')}`],
    { GANTRY_LOCAL_PORT: String(await freePort()), GANTRY_HEARTBEAT_MS: '200' },
  );
  await until(() => registry.cameras.size === 1, { timeoutMs: 30_000, what: 'the camera' });
});

afterAll(async () => {
  await box.stop('SIGTERM');
  await Promise.all([camera.close(), generic.close()]);
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

/** Every command that does something, with its path. */
function leaves(command: Command, path: string[] = []): { path: string[]; command: Command }[] {
  if (command.commands.length === 0) return [{ path, command }];
  return command.commands.flatMap((one) => leaves(one, [...path, one.name()]));
}

describe('every command of gantry', () => {
  it('answers in JSON when asked, and begins its help with three examples', async () => {
    for (const { path, command } of leaves(buildProgram())) {
      expect([path, command.options.some(({ long }) => long === '--json')]).toEqual([path, true]);
      let help = '';
      command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
      const examples = help.split('Examples:')[1]?.trim().split('\n') ?? [];
      expect([path, examples.length]).toEqual([path, 3]);
    }
  });

  it('tells an installer where the box stands, and takes the login of its camera', async () => {
    expect(await json('wait', '--for', 'approved')).toMatchObject({ reached: 'approved' });
    const before = await gantry('status', '--problems');
    expect([before.code, before.stdout]).toEqual([6, expect.stringContaining('Needs login')]);
    const failing = await gantry('cameras', 'test', address);
    expect([failing.code, failing.stdout]).toEqual([6, expect.stringMatching(/^FAIL login/)]);

    const password = `file:${join(folder, 'password')}`;
    expect(await json('cameras', 'login', '--user', 'admin', '--password', password)).toMatchObject({
      logins: 1,
    });
    await until(async () => (await gantry('status', '--problems')).code === 0, {
      timeoutMs: 30_000,
      what: 'a camera without a problem',
    });
    const tested = await json<{ steps: { what: string; ok: boolean }[] }>('cameras', 'test', address);
    expect(tested.steps.map(({ what, ok }) => [what, ok])).toEqual([
      ['login', true],
      ['main', true],
      ['sub', true],
      ['picture', true],
    ]);
    expect(await json('status')).toMatchObject({ agentName: 'Warehouse', uplink: { kind: 'connected' } });
    expect((await gantry('status')).stdout).toMatch(/^Warehouse {2}connected/);
  });

  it('names, registers, shows, previews and forgets cameras', async () => {
    expect(await json('cameras', 'name', address, 'Dock door')).toMatchObject({
      camera: { name: 'Dock door' },
    });
    await until(() => [...registry.cameras.values()].some((one) => one.camera.name === 'Dock door'), {
      what: 'the name at the registry',
    });
    expect(await json('cameras', 'register', '--all')).toMatchObject({ registered: 1, problems: 0 });
    expect((await gantry('cameras', 'register', 'Dock door')).stdout).toContain('1 registered, 0 problems');
    expect((await gantry('cameras', 'register', 'Dock door', '--all')).code).toBe(2);
    expect(await json('cameras', 'show', 'Dock door')).toMatchObject({ camera: { access: 'ready' } });

    const local = await json<{ url: string; pin: string }>('status', '--local');
    expect(await json('pin')).toMatchObject({ pin: local.pin });
    expect((await gantry('pin')).stdout).toBe(local.pin);
    const { url } = await json<{ url: string }>('preview', 'Dock door');
    expect(url).toMatch(new RegExp(`^${local.url}&c=cam-[0-9a-f]{12}$`));
    const out = join(folder, 'dock.jpg');
    expect(await json('snapshot', 'Dock door', '--out', out)).toMatchObject({ out });
    expect([...(await readFile(out)).subarray(0, 2)]).toEqual([0xff, 0xd8]);

    const tried = await gantry(
      'cameras',
      'test',
      generic.rtspUrl(),
      '--login',
      `file:${join(folder, 'login')}`,
    );
    expect([tried.code, tried.stdout]).toEqual([0, expect.stringMatching(/^ok {3}main +video h264/)]);
    expect((await gantry('cameras', 'test', 'rtsp://admin:x@127.0.71.72/')).code).toBe(2);
    const yard = `127.0.71.72:${generic.rtspPort}`;
    expect(await json('cameras', 'add', generic.rtspUrl())).toMatchObject({ added: 1 });
    await until(async () => (await gantry('cameras', 'show', yard)).code === 0, {
      timeoutMs: 60_000,
      what: 'the camera that was added',
    });
    expect(await json('cameras', 'forget', yard)).toMatchObject({ comesBack: false });
    expect(await json<{ cameras: object[] }>('cameras', 'list')).toMatchObject({
      cameras: [{ name: 'Dock door' }],
    });
    const again = await gantry('cameras', 'forget', 'Dock door');
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('will be found again')]);
  });

  it('keeps and shows settings, logs and findings', async () => {
    expect(await json('set', 'logLevel=debug', 'transport=wss')).toMatchObject({
      settings: { transport: 'wss' },
    });
    expect(await json('get', 'transport')).toEqual({ v: 1, settings: { transport: 'wss' } });
    expect((await gantry('set', 'logLevel=', 'transport=')).code).toBe(0);
    const doctor = await gantry('doctor', '--json');
    const { findings } = JSON.parse(doctor.stdout) as { findings: { what: string; verdict: string }[] };
    expect(findings.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'network',
        'dns',
        'registry',
        'clock',
        'mqtt',
        'multicast',
        'ffmpeg',
        'folder',
      ]),
    );
    expect(doctor.code).toBe(findings.some(({ verdict }) => verdict === 'FAIL') ? 1 : 0);
    expect((await gantry('doctor')).stdout).not.toContain('-0 s');
    expect((await gantry('logs')).code).toBe(0);
    const followed = startGantry(['logs', '-f', '--json', '--data', data]);
    const version = await runGantry(['version', '--json']);
    expect(JSON.parse(version.stdout)).toEqual({ v: 1, version: expect.stringMatching(/^\d/) as string });
    expect(await followed.stop('SIGTERM')).toBeNull();
    const service = await runGantry(['service', 'status', '--json']);
    expect(service.code === 2 || service.stdout.startsWith('{"v":1,')).toBe(true);
  });

  it('scans without the agent, as a table, filtered, and line by line', async () => {
    const scan = (...flags: string[]) => runGantry(['scan', `${address}/32`, '--timeout', '800ms', ...flags]);
    const [plain, onvif, stream] = await Promise.all([
      scan(),
      scan('--onvif', '--json'),
      scan('--stream', '--json'),
    ]);
    expect(plain.stdout).toMatch(new RegExp(`^ADDRESS +NAME +MODEL +MAKER +MAC +SERVICES\n${address}`));
    expect(JSON.parse(onvif.stdout)).toMatchObject({ v: 1, devices: [{ address }] });
    const lines = stream.stdout.split('\n').map((line) => JSON.parse(line) as { v: number; device?: object });
    expect(lines.length).toBeGreaterThan(1);
    expect(lines[0]).toMatchObject({ v: 1, device: { address } });
  });

  it('writes a report in which no secret is found', async () => {
    const out = join(folder, 'report.tar.gz');
    const report = await json<{ files: string[] }>('bugreport', '--out', out);
    expect(report.files).toEqual(expect.arrayContaining(['doctor.json', 'status.json', 'logs.txt']));
    const { stdout: listed } = await promisify(execFile)('tar', ['-tzf', out]);
    expect(listed.trim().split('\n')).toEqual(report.files);
    const text = gunzipSync(await readFile(out)).toString('latin1');
    expect(text).toContain('"agentName": "Warehouse"');
    const key = JSON.parse(await readFile(join(data, 'identity', 'key.json'), 'utf8')) as { d?: string };
    const privatePart = /"d":"([\w-]+)"/.exec(JSON.stringify(key))?.[1] ?? 'no private part';
    const { pin } = await json<{ pin: string }>('pin');
    for (const secret of [canary, privatePart, pin, registry.joinToken]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/rtsp:\/\/[^\s"]*stream/i);
  });

  it('completes words in the shell', async () => {
    const { stdout } = await runGantry(['completion', 'bash']);
    const script = join(folder, 'completion.bash');
    await writeFile(script, stdout);
    const words = async (...line: string[]) => {
      const typed = line.map((word) => `'${word}'`).join(' ');
      const run = `. '${script}'; COMP_WORDS=(${typed}); COMP_CWORD=${line.length - 1}; _gantry; echo "\${COMPREPLY[*]}"`;
      return (await promisify(execFile)('bash', ['-c', run])).stdout.trim().split(' ');
    };
    expect(await words('gantry', 'b')).toEqual(['bugreport']);
    expect(await words('gantry', 'cameras', 're')).toEqual(['register']);
    expect(await words('gantry', 'cameras', 'login', '--p')).toEqual(['--password']);
    for (const shell of ['zsh', 'fish'])
      expect((await runGantry(['completion', shell])).stdout).toContain('bugreport');
    expect((await runGantry(['completion', 'cmd'])).code).toBe(2);
  });

  it('never repeats a password', () => {
    expect(said + box.output()).not.toContain(canary);
  });
});

describe('a box in the background', () => {
  it('is left running once it is enrolled', async () => {
    const own = await startSmallRegistry();
    const [root, token] = [join(folder, 'background'), join(folder, 'other-join')];
    await writeFile(token, own.joinToken);
    const args = ['up', '--no-wait', '--json', '--data', root, '--scan', '127.0.71.73/32'];
    const up = await runGantry([...args, '--join', `file:${token}`]);
    expect(up.code).toBe(0);
    const { pid, ...told } = JSON.parse(up.stdout) as { pid: number; step: string };
    expect(told).toMatchObject({ v: 1, step: 'enrolled', agentName: 'Warehouse' });
    expect((await runGantry(['wait', '--data', root])).code).toBe(0);
    const second = await runGantry(args);
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('Another agent')]);
    process.kill(pid, 'SIGTERM');
    await until(() => processesOf(root).length === 0, { what: 'the end of the agent' });
    await own.close();
  });
});

describe('a box that nobody has let in yet', () => {
  it('tells by its exit code that it is not enrolled, also in the background', async () => {
    const waiting = join(folder, 'waiting');
    const url = `http://127.0.0.1:${await freePort()}`;
    const up = await runGantry([
      'up',
      '--no-wait',
      '--json',
      '--data',
      waiting,
      '--join',
      'gantry1_nonsense',
    ]);
    expect([up.code, up.stderr]).toEqual([2, expect.stringContaining('begins with gantry1_')]);
    const join2 = await runGantry([
      'up',
      '--no-wait',
      '--data',
      waiting,
      '--join',
      `file:${join(folder, 'join')}`,
    ]);
    expect(join2.code).not.toBe(0);

    const unreachable = startGantry(['up', '--json', '--data', waiting, '--registry', url]);
    await until(() => unreachable.lines().some((line) => line.includes('"enrolling"')), {
      what: 'the first try',
    });
    const status = await runGantry(['status', '--data', waiting]);
    expect([status.code, status.stderr]).toEqual([3, expect.stringContaining('not enrolled yet')]);
    await unreachable.stop('SIGTERM');
    expect(processesOf(waiting)).toEqual([]);
  });
});
