import { createHash } from 'node:crypto';
import { access, constants, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config.js';

/** What lies where in the data folder. */
export interface DataFolder {
  root: string;
  lock: string;
  key: string;
  enrolment: string;
  /** How often the agent was started with its key. */
  bootCount: string;
  sealKey: string;
  /** PIN of the on-site page. */
  pin: string;
  logins: string;
  inventory: string;
  manualAddresses: string;
  desired: string;
  /** Clock offset to the registry, as measured last. */
  clockOffset: string;
  /** Gaps, accounts, and the last sign of life. */
  gaps: string;
  alive: string;
  /** Heads of the signed chains, statements about lost segments. */
  evidence: string;
  /** Parent of the two below: a disk of its own, perhaps. */
  footage: string;
  /** What the disk for footage is recognised by. */
  footageMark: string;
  recordings: string;
  spool: string;
  settings: string;
  /** Events that wait for the registry. */
  events: string;
  /** Key that signs the registry's packages, where the enrolment names none: remembered at the first update. */
  packageKey: string;
  /** What an agent in the background prints (`gantry up --no-wait`). */
  backgroundLog: string;
  /** Unix socket of the running agent. */
  socket: string;
}

/** `footage`: where recordings and spool lie; the data folder itself unless a disk of their own was named. */
export function dataFolder(root: string, footage = root): DataFolder {
  return {
    root,
    lock: join(root, 'agent.lock'),
    key: join(root, 'identity', 'key.json'),
    enrolment: join(root, 'identity', 'enrolment.json'),
    bootCount: join(root, 'identity', 'boots.json'),
    sealKey: join(root, 'identity', 'seal.key'),
    pin: join(root, 'identity', 'pin.json'),
    logins: join(root, 'cameras', 'logins.sealed'),
    inventory: join(root, 'cameras', 'inventory.json'),
    manualAddresses: join(root, 'cameras', 'addresses.json'),
    desired: join(root, 'desired.json'),
    clockOffset: join(root, 'clock-offset.json'),
    gaps: join(root, 'gaps.json'),
    alive: join(root, 'alive.json'),
    evidence: join(root, 'evidence'),
    footage,
    footageMark: join(root, 'footage-mark.json'),
    recordings: join(footage, 'recordings'),
    spool: join(footage, 'spool'),
    packageKey: join(root, 'identity', 'package-key.json'),
    events: join(root, 'events.json'),
    settings: join(root, 'settings.json'),
    backgroundLog: join(root, 'agent.log'),
    socket: socketPath(root),
  };
}

/** Paths of Unix sockets are limited to 107 bytes (`sun_path`, unix(7)): a deep data folder gets one elsewhere. */
function socketPath(root: string): string {
  const inside = join(root, 'agent.sock');
  if (Buffer.byteLength(inside) <= 100) return inside;
  return join(tmpdir(), `gantry-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.sock`);
}

/** Makes the folders, open to this user only. Throws {@link ConfigError} where that cannot be done. */
export async function makeDataFolder(folder: DataFolder): Promise<void> {
  for (const path of [folder.root, ...['identity', 'cameras'].map((name) => join(folder.root, name))]) {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      await access(path, constants.W_OK);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new ConfigError(
        `The data folder ${path} cannot be used (${code}). Make it writable for this user, or name another with --data.`,
      );
    }
  }
}
