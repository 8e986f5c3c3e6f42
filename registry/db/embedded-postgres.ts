import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chown,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rename,
  rm,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Log } from '../log.js';
import { StartFailure } from '../start-failure.js';
import { answers, findLeftServer, stopServer } from './postgres-process.js';
import { supervisePostgres } from './postgres-supervision.js';
import {
  findPostgresPackage,
  othersMayEnter,
  preparePostgres,
  type PostgresProgram,
} from './postgres-program.js';

export interface EmbeddedPostgres {
  /** Connection URL of the database `gantry`, by Unix socket. */
  url: string;
  /** Process number of the postmaster; another one after it died and was started again. */
  readonly pid: number;
  /** True when a server that a killed registry left behind was taken over. */
  adopted: boolean;
  /** Fast shutdown; immediate when that takes longer than 3 s. */
  close(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Holds everything that lasts: the database, its log, its password. The caller keeps others off it. */
  folder: string;
  log: Log;
  /** Server settings beside the usual ones; tests switch fsync off. */
  settings?: Readonly<Record<string, string>>;
}

const user = 'gantry';
const database = 'gantry';
const usualSettings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  max_connections: '60',
  shared_buffers: '64MB',
  jit: 'off',
  // Nobody replicates an embedded server: less to write per commit.
  wal_level: 'minimal',
  max_wal_senders: '0',
} as const;

/** `nobody`: exists everywhere and owns nothing. Postgres refuses to run as root. */
const unprivileged = { uid: 65_534, gid: 65_534 };

interface Place {
  folder: string;
  dataFolder: string;
  password: string;
  /** Who runs the server: null for ourselves. */
  owner: { uid: number; gid: number } | null;
  log: Log;
}

/**
 * Starts Postgres on a folder, or takes over the one a killed registry left running there. The server listens
 * on a Unix socket in a private folder only. Throws with the reason and what to do when it does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { folder, log } = options;
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const place: Place = {
    folder,
    dataFolder: join(folder, 'data'),
    password: await readOrMakePassword(folder),
    owner: process.getuid?.() === 0 ? unprivileged : null,
    log,
  };
  const left = await findLeftServer(place.dataFolder);
  if (left !== null) {
    if (left.socketFolder !== null && (await answers(urlOf(left.socketFolder, place.password), 5_000))) {
      log.info({ pid: left.pid }, 'took over the Postgres that an earlier registry left running');
      return running(place, { pid: left.pid, adopted: true }, left.socketFolder, options.settings ?? {});
    }
    log.warn({ pid: left.pid }, 'the Postgres that an earlier registry left does not answer: stopping it');
    await stopServer(left.pid);
  }
  if (left?.socketFolder) await rm(left.socketFolder, { recursive: true, force: true });
  // The number in a stale file may be another process by now; Postgres would take it for a running server.
  await rm(join(place.dataFolder, 'postmaster.pid'), { force: true });
  return startServer(place, options.settings ?? {});
}

/** The URL of the server that runs on a folder now; null when none answers. Nothing is started or taken over. */
export async function findRunningPostgres(folder: string): Promise<string | null> {
  const left = await findLeftServer(join(folder, 'data'));
  const password = await readFile(join(folder, 'password'), 'utf8').catch(() => null);
  if (left === null || left.socketFolder === null || password === null) return null;
  const url = urlOf(left.socketFolder, password);
  return (await answers(url, 5_000)) ? url : null;
}

async function startServer(
  place: Place,
  settings: Readonly<Record<string, string>>,
): Promise<EmbeddedPostgres> {
  const nativeFolder = findPostgresPackage();
  const socketFolder = await makePrivateFolder(place.owner);
  try {
    const program = await preparePostgres(nativeFolder, socketFolder, place.owner?.uid ?? null);
    if (!existsSync(join(place.dataFolder, 'PG_VERSION'))) await createCluster(place, program, socketFolder);
    await refuseOtherMajor(place.dataFolder, nativeFolder);
    const pid = await spawnServer(place, program, socketFolder, settings);
    return running(place, { pid, adopted: false }, socketFolder, settings);
  } catch (error) {
    await rm(socketFolder, { recursive: true, force: true });
    throw error;
  }
}

/** A server that is kept running until it is closed; it always listens in the same folder. */
function running(
  place: Place,
  { pid, adopted }: { pid: number; adopted: boolean },
  socketFolder: string,
  settings: Readonly<Record<string, string>>,
): EmbeddedPostgres {
  const supervised = supervisePostgres({
    pid,
    log: place.log,
    start: async () => {
      await rm(join(place.dataFolder, 'postmaster.pid'), { force: true });
      const program = await preparePostgres(findPostgresPackage(), socketFolder, place.owner?.uid ?? null);
      return spawnServer(place, program, socketFolder, settings);
    },
  });
  return {
    url: urlOf(socketFolder, place.password),
    get pid() {
      return supervised.pid();
    },
    adopted,
    close: async () => {
      await supervised.close();
      await stopServer(supervised.pid());
      await rm(socketFolder, { recursive: true, force: true });
    },
  };
}

const urlOf = (socketFolder: string, password: string, name: string = database): string =>
  `postgresql://${user}:${password}@/${name}?host=${encodeURIComponent(socketFolder)}`;

async function readOrMakePassword(folder: string): Promise<string> {
  const path = join(folder, 'password');
  const found = await readFile(path, 'utf8').catch(() => null);
  if (found !== null && found.length >= 32) return found;
  const password = randomBytes(24).toString('hex');
  await writeFile(path, password, { mode: 0o600 });
  return password;
}

/** Paths of Unix sockets end at 107 bytes: the folder lies directly below the machine's temp folder. */
async function makePrivateFolder(owner: Place['owner']): Promise<string> {
  const longestBase = 60;
  const base = tmpdir().length <= longestBase ? tmpdir() : '/tmp';
  const folder = await mkdtemp(join(base, 'gantry-pg-'));
  if (owner !== null) await chown(folder, owner.uid, owner.gid);
  return folder;
}

/** initdb into a folder beside, then rename: a killed first start leaves no half-made cluster. */
async function createCluster(place: Place, program: PostgresProgram, socketFolder: string): Promise<void> {
  const fresh = `${place.dataFolder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  const passwordFile = join(socketFolder, 'password');
  await writeFile(passwordFile, place.password, { mode: 0o600 });
  if (place.owner !== null) {
    await chown(fresh, place.owner.uid, place.owner.gid);
    await chown(passwordFile, place.owner.uid, place.owner.gid);
  }
  const logPath = join(place.folder, 'initdb.log');
  const { exited } = await runProgram(place, program, 'initdb', fresh, logPath, [
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-instructions',
  ]);
  const code = await exited;
  await rm(passwordFile, { force: true });
  if (code !== 0)
    throw new StartFailure(`Postgres could not create its database folder: ${await lastLines(logPath)}`);
  await rename(fresh, place.dataFolder);
}

async function refuseOtherMajor(dataFolder: string, nativeFolder: string): Promise<void> {
  const made = (await readFile(join(dataFolder, 'PG_VERSION'), 'utf8')).trim();
  const packageText = await readFile(join(nativeFolder, '..', 'package.json'), 'utf8');
  const installed = (JSON.parse(packageText) as { version: string }).version.split('.')[0];
  if (installed !== made) {
    throw new StartFailure(
      `The database in ${dataFolder} was made by Postgres ${made}, but Postgres ${installed} is installed. ` +
        `Install the Gantry version that made it, or move the data with pg_dump and pg_restore.`,
    );
  }
}

async function spawnServer(
  place: Place,
  program: PostgresProgram,
  socketFolder: string,
  settings: Readonly<Record<string, string>>,
): Promise<number> {
  const logPath = join(place.folder, 'postgres.log');
  const all = { ...usualSettings, ...settings, unix_socket_directories: socketFolder };
  const { pid, exited } = await runProgram(
    place,
    program,
    'postgres',
    place.dataFolder,
    logPath,
    Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  );
  const life = { ended: false };
  void exited.then((code) => {
    life.ended = true;
    if (code !== 0) place.log.error({ code, log: logPath }, 'the embedded Postgres ended; see its log');
  });
  // Crash recovery may take a while; a server that lives is waited for. While it does not listen yet it refuses at
  // once, so that the long time-out only serves a busy machine.
  const url = urlOf(socketFolder, place.password, 'postgres');
  while (!life.ended && !(await answers(url, 5_000)));
  if (life.ended)
    throw new StartFailure(`Postgres did not start on ${place.dataFolder}: ${await lastLines(logPath)}`);
  await createDatabase(url);
  return pid;
}

/**
 * Runs one of the binaries on a data folder. A data folder below one that the server's user may not enter
 * (root's home) is handed over as an open folder: /proc/self/fd passes where the path would not.
 */
async function runProgram(
  place: Place,
  program: PostgresProgram,
  name: 'initdb' | 'postgres',
  dataFolder: string,
  logPath: string,
  settings: readonly string[],
): Promise<{ pid: number; exited: Promise<number | null> }> {
  const opened: FileHandle[] = [];
  try {
    const logFile = await open(logPath, 'w', 0o600);
    opened.push(logFile);
    const folder = await open(dataFolder, 'r');
    opened.push(folder);
    const reachable = place.owner === null || (await othersMayEnter(place.folder));
    const child = spawn(
      join(program.folder, 'bin', name),
      ['-D', reachable ? dataFolder : '/proc/self/fd/3', ...settings],
      {
        // Own process group: Ctrl-C in a terminal must reach the registry only, which stops Postgres last.
        detached: true,
        cwd: '/',
        env: { LD_LIBRARY_PATH: program.libraryPath, PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
        stdio: ['ignore', logFile.fd, logFile.fd, folder.fd],
        ...place.owner,
      },
    );
    const exited = new Promise<number | null>((resolve, reject) => {
      child.once('exit', resolve);
      child.once('error', reject);
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    if (name === 'postgres') child.unref();
    return { pid: child.pid as number, exited };
  } finally {
    for (const file of opened) await file.close();
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-5).join('\n') || 'it said nothing';
}
