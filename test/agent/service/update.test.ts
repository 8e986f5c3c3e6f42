import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ApiEnv } from '@gantry/registry/http/api.js';
import { createPackageSigner, type PackageSigner } from '@gantry/registry/access/package-signature.js';
import { installPages } from '@gantry/registry/http/install.js';
import { listen } from '@gantry/registry/http/server.js';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { runGantry, startGantry } from '../support/gantry.js';
import { startSmallRegistry, type SmallRegistry } from '../support/small-registry.js';

const run = promisify(execFile);
const packer = fileURLToPath(new URL('../../../agent/dist/service/pack.js', import.meta.url));
const signer = createPackageSigner(new Uint8Array(32).fill(7));
const foreignSigner = createPackageSigner(new Uint8Array(32).fill(8));
let folder: string;
let lib: string;
let gantry: string;
let data: string;
let registry: SmallRegistry;
let supervisor: Supervisor;
let offered: { path: string; signer: PackageSigner };
let server: Awaited<ReturnType<typeof listen>>;

/** Starts the agent again whenever it ends, as systemd does. */
interface Supervisor {
  starts(): number;
  stop(): Promise<void>;
}
function supervise(): Supervisor {
  const state = { starts: 0, isOver: false, child: null as ChildProcess | null };
  const env = { ...process.env, GANTRY_LOCAL_PORT: '0', GANTRY_HEARTBEAT_MS: '200' };
  const join1 = ['--join', `file:${join(folder, 'join')}`];
  const start = () => {
    if (state.isOver) return;
    state.starts += 1;
    const args = ['up', '--json', '--data', data, '--scan', '127.0.83.79/32', ...join1];
    state.child = spawn(gantry, args, { env, stdio: 'ignore' });
    state.child.once('exit', () => setTimeout(start, 200));
  };
  start();
  return {
    starts: () => state.starts,
    async stop() {
      state.isOver = true;
      const { child } = state;
      if (child?.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The package as it is, in another version; `spoil` may change its files. */
async function packageOf(version: string, spoil: (root: string) => Promise<void> = async () => undefined) {
  const stage = join(folder, `stage-${version}`);
  await mkdir(stage);
  await run('tar', ['-xzf', join(folder, 'packed.tgz'), '-C', stage]);
  const manifest = join(stage, 'gantry-agent', 'package.json');
  const described = JSON.parse(await readFile(manifest, 'utf8')) as object;
  await writeFile(manifest, JSON.stringify({ ...described, version }));
  await spoil(join(stage, 'gantry-agent'));
  const path = join(folder, `${version}.tgz`);
  await run('tar', ['-czf', path, '-C', stage, 'gantry-agent']);
  return path;
}

const ask = async (...args: string[]) => {
  const env = { ...process.env, GANTRY_LOCAL_PORT: '0' };
  const all = [...args, '--data', data];
  return run(gantry, all, { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
};
const update = (...flags: string[]) =>
  ask('update', '--from', `http://127.0.0.1:${server.port}`, '--json', ...flags);
const runningVersion = async () => {
  const { stdout } = await ask('status', '--json');
  return stdout === '' ? null : (JSON.parse(stdout) as { agentVersion: string }).agentVersion;
};

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'gantry-update-')));
  [lib, data] = [join(folder, 'lib'), join(folder, 'data')];
  await run(process.execPath, [packer, join(folder, 'packed.tgz')]);
  // As the installer leaves it: a folder, and a link to its command.
  await mkdir(lib);
  const first = await packageOf('1.0.0');
  await run('tar', ['-xzf', first, '-C', lib]);
  gantry = join(folder, 'gantry');
  await symlink(join(lib, 'gantry-agent', 'bin', 'gantry'), gantry);
  registry = await startSmallRegistry();
  await writeFile(join(folder, 'join'), registry.joinToken);
  offered = { path: first, signer };
  const app = new OpenAPIHono<ApiEnv>();
  app.all('/install/*', (c) => {
    const pages = installPages({
      publicUrl: () => 'http://unused.example',
      signer: () => offered.signer,
      packagePath: offered.path,
    });
    return pages.fetch(c.req.raw);
  });
  server = await listen(app, { host: '127.0.0.1', port: 0 });
  supervisor = supervise();
  await until(async () => (await runningVersion()) === '1.0.0', {
    timeoutMs: 60_000,
    everyMs: 300,
    what: 'the agent',
  });
  await until(() => registry.of('heartbeat').length > 0, { timeoutMs: 30_000, what: 'its connection' });
}, 180_000);

afterAll(async () => {
  await supervisor.stop();
  await server.close();
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

describe('gantry update', () => {
  it('takes the package of the registry, and its agent is the one that runs', async () => {
    expect(JSON.parse((await update()).stdout)).toMatchObject({ outcome: 'current' });
    offered = { ...offered, path: await packageOf('1.1.0') };
    expect(JSON.parse((await update('--check')).stdout)).toMatchObject({
      outcome: 'available',
      offered: '1.1.0',
    });
    const updated = await update();
    expect([updated.stderr, JSON.parse(updated.stdout)]).toEqual([
      '',
      { v: 1, outcome: 'updated', version: '1.1.0', before: '1.0.0' },
    ]);
    expect(await runningVersion()).toBe('1.1.0');
    expect(await readlink(join(lib, 'gantry-agent'))).toBe(join(lib, 'gantry-agent-1.1.0'));
    expect(registry.enrolments).toHaveLength(1);
  }, 120_000);

  it('takes back one that does not come up', async () => {
    offered.path = await packageOf('1.2.0', (root) =>
      writeFile(
        join(root, 'dist', 'agent.js'),
        "export const startAgent = () => { throw new Error('broken'); };\n",
      ),
    );
    const failed = await update('--timeout', '8s');
    expect([failed.code, JSON.parse(failed.stdout)]).toEqual([
      1,
      { v: 1, outcome: 'rolled_back', version: '1.1.0', tried: '1.2.0' },
    ]);
    await until(async () => (await runningVersion()) === '1.1.0', {
      timeoutMs: 30_000,
      everyMs: 300,
      what: 'the old one',
    });
    expect(await readlink(join(lib, 'gantry-agent'))).toBe(join(lib, 'gantry-agent-1.1.0'));
  }, 120_000);

  it('unpacks nothing that another key signed than its first update, and nothing changed on the way', async () => {
    const path = await packageOf('1.3.0');
    offered = { path, signer: foreignSigner };
    const foreign = await update();
    expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining('signed with another key')]);
    offered = { path, signer: { ...signer, sign: () => signer.sign('something else') } };
    expect((await update()).stderr).toContain('signature of the package is wrong');
    expect(await runningVersion()).toBe('1.1.0');
  });

  it('trusts the key that came with the enrolment, from the first update on and whatever address is named', async () => {
    const lettingIn = await startSmallRegistry();
    try {
      lettingIn.packageKey = signer.publicKey;
      const own = join(folder, 'enrolled-with-key');
      const join1 = join(folder, 'join-with-key');
      await writeFile(join1, lettingIn.joinToken);
      const gantryUp = startGantry([
        'up',
        '--json',
        '--data',
        own,
        '--join',
        `file:${join1}`,
        '--scan',
        '127.0.83.79/32',
      ]);
      await until(() => lettingIn.of('birth').length > 0, { timeoutMs: 30_000, what: 'the enrolment' });
      await gantryUp.stop('SIGTERM');
      const check = () =>
        runGantry([
          'update',
          '--check',
          '--from',
          `http://127.0.0.1:${server.port}`,
          '--json',
          '--data',
          own,
        ]);
      offered.signer = foreignSigner;
      const refused = await check();
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringMatching(/another key than this box trusts.*gantry leave/s),
      ]);
      offered.signer = signer;
      expect((await check()).code).toBe(0);
      await expect(readFile(join(own, 'identity', 'package-key.json'))).rejects.toThrow('ENOENT');
    } finally {
      await lettingIn.close();
    }
  });

  it('is refused by an agent that runs from a checkout', async () => {
    const checkout = join(folder, 'checkout');
    await cp(join(lib, 'gantry-agent-1.1.0'), checkout, { recursive: true });
    await rm(join(checkout, 'bin', 'gantry'));
    offered.signer = signer;
    const args = [
      join(checkout, 'bin', 'gantry.js'),
      'update',
      '--from',
      `http://127.0.0.1:${server.port}`,
      '--data',
      data,
    ];
    const refused = run(process.execPath, args);
    await expect(refused).rejects.toMatchObject({ code: 2 });
  });
});
