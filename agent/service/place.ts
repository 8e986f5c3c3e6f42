import { execFile } from 'node:child_process';
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const startLimitMs = 20_000;

/** `gantry-agent`, the version that runs; beside it, versions by name. */
export interface Place {
  /** Folder of all versions, such as `/usr/local/lib`. */
  folder: string;
  /** The link (or, before the first update, the folder) that the command points at. */
  current: string;
}

/** Where this program was installed from a package; null in a checkout and in a container's image. */
export async function placeOf(program: string): Promise<Place | null> {
  const root = dirname(dirname(await realpath(program)));
  const launcher = await lstat(join(root, 'bin', 'gantry')).catch(() => null);
  if (!launcher?.isFile() || !basename(root).startsWith('gantry-agent')) return null;
  const folder = dirname(root);
  return { folder, current: join(folder, 'gantry-agent') };
}

/** Unpacks a package beside the others, and lets it say its version: one that cannot start is never switched to. */
export async function unpack(place: Place, archive: Uint8Array, version: string): Promise<string> {
  const work = await mkdtemp(join(place.folder, '.gantry-agent-'));
  try {
    await writeFile(join(work, 'agent.tgz'), archive);
    await run('tar', ['-xzf', join(work, 'agent.tgz'), '-C', work]);
    const { stdout } = await run(join(work, 'gantry-agent', 'bin', 'gantry'), ['version'], {
      timeout: startLimitMs,
    });
    if (stdout.trim() !== version) throw new Error(`it says it is version ${stdout.trim()}, not ${version}`);
    const target = join(place.folder, `gantry-agent-${version}`);
    await rm(target, { recursive: true, force: true });
    await rename(join(work, 'gantry-agent'), target);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Makes `target` the version that runs, in one step that a crash cannot halve, and answers where the one before is. A
 * folder that the installer made gives way to a link first.
 */
export async function switchTo(place: Place, target: string): Promise<string> {
  const before = await ensureLink(place);
  const next = `${place.current}.next`;
  await rm(next, { force: true });
  await symlink(target, next);
  await rename(next, place.current);
  return before;
}

async function ensureLink({ current, folder }: Place): Promise<string> {
  const there = await lstat(current);
  if (there.isSymbolicLink()) return resolve(folder, await readlink(current));
  const moved = `${current}-installed`;
  await rm(moved, { recursive: true, force: true });
  await rename(current, moved);
  await symlink(moved, current);
  return moved;
}

/** Removes versions that are neither in use nor the way back. */
export async function removeOthers(place: Place, kept: readonly string[]): Promise<void> {
  await mkdir(place.folder, { recursive: true });
  for (const name of await readdir(place.folder)) {
    const path = join(place.folder, name);
    if (name.startsWith('gantry-agent-') && !kept.includes(path))
      await rm(path, { recursive: true, force: true });
  }
}
