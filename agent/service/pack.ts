import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * `npm run pack:agent [-- FILE]`: one tarball with everything but Node and ffmpeg. It holds JavaScript only, so it
 * is the same for x64 and arm64; a native module among the dependencies is an error. The registry serves it at
 * `/install/gantry-agent.tgz`.
 */

const agentRoot = fileURLToPath(new URL('../..', import.meta.url));
const repositoryRoot = dirname(resolve(agentRoot));
const inside = 'gantry-agent';

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
}

const launcher = `#!/bin/sh
# Finds its own folder through links, and runs the agent with the Node that is there.
self=$(readlink -f "$0")
exec "\${GANTRY_NODE:-node}" "$(dirname "$(dirname "$self")")/bin/gantry.js" "$@"
`;

/** Not needed to run. */
const leftOut = new Set(['.map', '.ts', '.mts', '.cts', '.md', '.markdown', '.flow', '.tsbuildinfo']);

async function pack(target: string): Promise<void> {
  const stage = await mkdtemp(join(tmpdir(), 'gantry-pack-'));
  try {
    const root = join(stage, inside);
    await copyPackage(agentRoot, root, ['bin', 'dist', 'service', 'setup/page', 'package.json']);
    await copyDependencies(agentRoot, root);
    await writeFile(join(root, 'bin', 'gantry'), launcher);
    await chmod(join(root, 'bin', 'gantry'), 0o755);
    await cp(join(repositoryRoot, 'LICENSE'), join(root, 'LICENSE'));
    await refuseNativeModules(root);
    await mkdir(dirname(target), { recursive: true });
    const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=go-w'];
    const archive = join(stage, 'agent.tar');
    await promisify(execFile)('tar', [...same, '-cf', archive, '-C', stage, inside]);
    await promisify(execFile)('gzip', ['-n', '-9', archive]);
    await cp(`${archive}.gz`, target);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
  await copyPage(join(dirname(target), 'setup-page'));
  const bytes = await readFile(target);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  process.stdout.write(`${target}\n${(bytes.length / 1_048_576).toFixed(1)} MiB, sha-256 ${sha256}\n`);
}

/** The on-site page beside the package: the registry serves it under an address of its own. */
async function copyPage(to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  for (const from of ['setup/page', 'dist/setup/page']) {
    for (const name of await readdir(join(agentRoot, from)))
      if (['.html', '.css', '.js'].includes(extname(name)))
        await cp(join(agentRoot, from, name), join(to, name));
  }
}

/** Every package the agent needs at run time, each where Node looks for it first. */
async function copyDependencies(agent: string, root: string): Promise<void> {
  const done = new Set<string>();
  const visit = async (from: string): Promise<void> => {
    const { dependencies = {} } = await manifestOf(from);
    for (const name of Object.keys(dependencies)) {
      const place = await placeOf(name, from);
      if (done.has(place)) continue;
      done.add(place);
      await copyPackage(place, join(root, packedPlace(place)));
      await visit(place);
    }
  };
  await visit(agent);
}

/** `node_modules/a` and `node_modules/a/node_modules/b` keep their places; those of the workspace move up. */
function packedPlace(place: string): string {
  const path = relative(repositoryRoot, place).split(sep);
  return path.slice(path.indexOf('node_modules')).join('/');
}

/** The way Node resolves: the nearest `node_modules` above that holds it. */
async function placeOf(name: string, from: string): Promise<string> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (await manifestOf(place).then(Boolean, () => false)) return place;
    if (folder === dirname(folder))
      throw new Error(`${name}, which ${from} needs, is not installed. Run: npm ci`);
  }
}

const manifestOf = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;

/** Without what only development needs, and without nested packages: they are visited by themselves. */
async function copyPackage(from: string, to: string, only?: readonly string[]): Promise<void> {
  const wanted = only ?? (await readdir(from));
  for (const name of wanted.filter((one) => one !== 'node_modules')) {
    await cp(join(from, name), join(to, name), {
      recursive: true,
      dereference: true,
      filter: (path) => basename(path) !== 'node_modules' && !leftOut.has(extname(path)),
    });
  }
}

async function refuseNativeModules(root: string): Promise<void> {
  const files = await readdir(root, { recursive: true });
  const native = files.filter((path) => ['.node', '.so', '.dylib'].includes(extname(path)));
  if (native.length > 0)
    throw new Error(`The package would not be the same everywhere: ${native.join(', ')}`);
}

await pack(
  resolve(process.argv[2] ?? join(repositoryRoot, 'registry', 'dist', 'downloads', 'gantry-agent.tgz')),
);
