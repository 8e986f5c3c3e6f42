import type { ApiEnv } from '@gantry/registry/http/api.js';
import { createPackageSigner } from '@gantry/registry/access/package-signature.js';
import { installPages } from '@gantry/registry/http/install.js';
import { listen } from '@gantry/registry/http/server.js';
import { OpenAPIHono } from '@hono/zod-openapi';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSmallRegistry } from '../support/small-registry.js';

const run = promisify(execFile);
const packer = fileURLToPath(new URL('../../../agent/dist/service/pack.js', import.meta.url));
const serviceFolder = fileURLToPath(new URL('../../../agent/service', import.meta.url));

/** A shell fed by a pipe, as `curl … | sh` does it; the package comes from this process, so it must not block. */
async function sh(input: string, ...args: string[]): Promise<{ status: number | null; stderr: string }> {
  const child = spawn('sh', ['-s', '--', ...args], { stdio: ['pipe', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, stderr };
}

const wholeComputer = fileURLToPath(new URL('whole-computer.sh', import.meta.url));
const ownComputer = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];
/** Null where a root of its own can be made; else why not. */
const wholeComputerRefused = ((): string | null => {
  const probe =
    'mkdir /run/u /run/w /run/r 2>/dev/null; mount -t overlay o -o lowerdir=/,upperdir=/run/u,workdir=/run/w /run/r';
  const tried = spawnSync('unshare', [...ownComputer, 'sh', '-c', `mount -t tmpfs t /run && ${probe}`], {
    encoding: 'utf8',
  });
  return tried.status === 0 ? null : (tried.error?.message ?? tried.stderr.trim());
})();
if (wholeComputerRefused !== null)
  console.warn(`installing on a whole computer is not tested: ${wholeComputerRefused}`);

const signer = createPackageSigner(new Uint8Array(32));
let folder: string;
let archive: string;
let server: Awaited<ReturnType<typeof listen>>;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-package-'));
  archive = join(folder, 'gantry-agent.tgz');
  await run(process.execPath, [packer, archive]);
  const app = new OpenAPIHono<ApiEnv>();
  app.route('/', installPages({ publicUrl: () => url, signer: () => signer, packagePath: archive }));
  server = await listen(app, { host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${server.port}`;
}, 120_000);

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the package of the agent', () => {
  it('runs where it is unpacked, holds no native code, and is the same each time it is made', async () => {
    await mkdir(join(folder, 'unpacked'));
    await run('tar', ['-xzf', archive, '-C', join(folder, 'unpacked')]);
    const root = join(folder, 'unpacked', 'gantry-agent');
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const bare = { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder } };
    expect((await run(join(root, 'bin', 'gantry'), ['version'], bare)).stdout.trim()).toBe(version);
    const status = await run(join(root, 'bin', 'gantry'), ['status'], bare).catch((error: unknown) => error);
    expect(status).toMatchObject({ code: 4, stderr: expect.stringContaining('No agent runs') as string });
    const files = await readdir(root, { recursive: true });
    expect(files.filter((path) => ['.node', '.so'].includes(extname(path)))).toEqual([]);

    const again = join(folder, 'again.tgz');
    await run(process.execPath, [packer, again]);
    expect((await readFile(again)).equals(await readFile(archive))).toBe(true);
  }, 120_000);
});

describe('curl … | sh', () => {
  const script = async () => (await fetch(`${url}/install`)).text();

  it('installs the agent below a folder, keeps the version before, and says what comes next', async () => {
    const prefix = join(folder, 'usr');
    const install = () => sh(text, '--prefix', prefix, '--no-service');
    const text = await script();
    const first = await install();
    expect([first.status, first.stderr]).toEqual([0, expect.stringContaining(`up --registry ${url}`)]);
    expect((await run(join(prefix, 'bin', 'gantry'), ['version'])).stdout).toMatch(/^\d+\.\d+\.\d+/);
    expect((await install()).status).toBe(0);
    expect((await readdir(join(prefix, 'lib'))).toSorted()).toEqual(['gantry-agent', 'gantry-agent.before']);
  });

  it('does nothing at all when it is cut off, wherever', async () => {
    const text = await script();
    const [bin, marks] = [join(folder, 'bin'), join(folder, 'marks')];
    await mkdir(bin);
    const used = 'mktemp tar curl wget mkdir cp mv rm ln node ffmpeg sha256sum gantry'.split(' ');
    for (const name of used) {
      await writeFile(join(bin, name), `#!/bin/sh\necho ${name} >> '${marks}'\n`);
      await chmod(join(bin, name), 0o755);
    }
    const attempt = (input: string) =>
      spawnSync('/bin/sh', ['-s', '--', '--prefix', join(folder, 'cut')], {
        input,
        timeout: 30_000,
        env: { PATH: bin },
      });
    const lines = [...text.matchAll(/\n/g)].map(({ index }) => index);
    const lastLine = text.trimEnd().lastIndexOf('\n');
    const cuts = [
      ...lines.slice(0, -1),
      ...Array.from({ length: text.trimEnd().length - lastLine - 1 }, (_, i) => lastLine + 1 + i),
    ];
    // Before the brace there is nothing but comments.
    const brace = text.indexOf('\n{');
    for (const cut of cuts) {
      const { status } = attempt(text.slice(0, cut));
      expect([cut, cut > brace ? status !== 0 : status === 0]).toEqual([cut, true]);
    }
    expect(await readdir(folder)).not.toContain('marks');
    attempt(text);
    expect(await readFile(marks, 'utf8')).toContain('curl');
  });

  it('refuses a package that is not what was announced, and a token in an argument', async () => {
    const text = (await script()).replace(/sha256='\w+'/, `sha256='${'0'.repeat(64)}'`);
    const prefix = join(folder, 'refused');
    const wrong = await sh(text, '--prefix', prefix);
    expect([wrong.status, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('not what the registry announced'),
    ]);
    const leaky = await sh(text, '--join', 'gantry1_secret');
    expect([leaky.status, leaky.stderr]).toEqual([1, expect.stringContaining('--join file:PATH')]);
    expect(await readdir(folder)).not.toContain('refused');
  });

  it.skipIf(wholeComputerRefused !== null)(
    'makes a computer with systemd a box: user, unit, settings, service, and the box is let in by its token',
    async () => {
      const registry = await startSmallRegistry();
      try {
        const [work, join1] = [join(folder, 'computer'), join(folder, 'join-token')];
        await mkdir(work);
        await writeFile(join1, registry.joinToken, { mode: 0o600 });
        const computer = spawn('unshare', [...ownComputer, 'sh', wholeComputer, work, url, join1]);
        const said = { stdout: '', stderr: '' };
        computer.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
        computer.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
        computer.stdin.end(await script());
        const status = await new Promise((resolve) => computer.on('close', resolve));
        if (status !== 0) throw new Error(said.stderr);
        expect(said.stdout.trim().split('\n')).toEqual([
          'systemctl daemon-reload',
          'systemctl enable --now gantry-agent.service',
          '/etc/gantry/agent.env root 600',
          '/etc/gantry/join-token gantry 600',
          '/var/lib/gantry gantry 700',
          'ExecStart=/usr/local/lib/gantry-agent/bin/gantry up --qr none',
          'gantry 600 key',
        ]);
        expect(registry.enrolments).toHaveLength(1);
        expect(said.stderr).toContain('journalctl -fu gantry-agent.service');
      } finally {
        await registry.close();
      }
    },
    120_000,
  );

  it('says how to make the package where there is none', async () => {
    const pages = installPages({
      publicUrl: () => url,
      signer: () => signer,
      packagePath: join(folder, 'nowhere.tgz'),
    });
    let said = '';
    pages.onError((error, c) => {
      said = error.message;
      return c.body(null, 404);
    });
    expect((await pages.request('/install')).status).toBe(404);
    expect(said).toContain('npm run pack:agent');
  });
});

describe('what runs the agent', () => {
  const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;

  it.skipIf(!analyze)('is a unit that systemd accepts and finds little to hold against', async () => {
    const unit = join(folder, 'gantry-agent.service');
    const template = await readFile(join(serviceFolder, 'gantry-agent.service'), 'utf8');
    await writeFile(unit, template.replaceAll('@GANTRY@', '/bin/true'));
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
    expect([verified.status, verified.stderr]).toEqual([0, '']);
    const security = spawnSync('systemd-analyze', ['security', '--offline=yes', unit], { encoding: 'utf8' });
    const exposure = Number(/Overall exposure level.*?: ([\d.]+)/.exec(security.stdout)?.[1]);
    expect(exposure).toBeLessThan(2.5);
  });

  it('is a container from a pinned base, as an ordinary user', async () => {
    const lines = (await readFile(join(serviceFolder, 'Containerfile'), 'utf8')).split('\n');
    const base = lines.filter((line) => line.startsWith('FROM '));
    expect(base).toEqual([expect.stringMatching(/^FROM docker\.io\/library\/node:\d+\.\d+\.\d+-\w+-slim$/)]);
    const user = lines.findLastIndex((line) => /^USER [1-9]\d*$/.test(line));
    expect(user).toBeGreaterThan(0);
    expect(lines.findLastIndex((line) => line.startsWith('RUN '))).toBeLessThan(user);
    expect(lines.some((line) => line.startsWith('ENTRYPOINT ['))).toBe(true);
  });
});
