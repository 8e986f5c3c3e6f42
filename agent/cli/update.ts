import { readdir } from 'node:fs/promises';
import { systemClock } from '../clock.js';
import { dataFolderOf, loadConfig } from '../config.js';
import { dataFolder, makeDataFolder, type DataFolder } from '../data-folder.js';
import { exchangeThrough, type Exchange } from '../http.js';
import { readEnrolment, type Enrolment } from '../identity/enrolment.js';
import {
  checkManifest,
  checkPackage,
  packageManifest,
  PackageRefused,
  type PackageManifest,
} from '../service/manifest.js';
import { placeOf, removeOthers, switchTo, unpack, type Place } from '../service/place.js';
import type { AgentStatus } from '../setup/shapes.js';
import { agentVersion } from '../version.js';
import { parseDuration } from './duration.js';
import { exitCodes } from './exit-codes.js';
import { askStatus } from './local-client.js';
import { say, show } from './output.js';
import { UsageError } from './usage-error.js';

export interface UpdateFlags {
  data?: string;
  json?: boolean;
  from?: string;
  check?: boolean;
  force?: boolean;
  timeout: string;
}

const lookEveryMs = 300;
const downloadLimitMs = 300_000;

/**
 * `gantry update`: the registry's package beside the one that runs, checked, switched to, and taken back when the new
 * agent is not healthy in time. The agent ends by SIGTERM; whoever runs it (systemd) starts it again.
 */
export async function update(flags: UpdateFlags): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  const folder = dataFolder(root);
  await makeDataFolder(folder);
  const enrolled = await enrolmentOf(folder);
  const config = await loadConfig({ dataFolder: root, environment: process.env });
  const registry = registryOf(flags.from ?? config.registryUrl ?? enrolled?.registryUrl);
  const exchange = exchangeThrough(config.proxy);
  const manifest = await fetchManifest(exchange, registry);
  const trust = { enrolled: enrolled?.packageKey ?? null, path: folder.packageKey };
  await checkManifest(trust, registry, manifest);
  const own = agentVersion();
  const isNews = manifest.version !== own;
  if (flags.check || (!isNews && !flags.force)) {
    if (!flags.json)
      say(
        isNews
          ? `${manifest.version} is there; this is ${own}. Take it: gantry update`
          : `${own} is what ${registry} offers.`,
      );
    return show(
      flags.json,
      { outcome: isNews ? 'available' : 'current', version: own, offered: manifest.version },
      '',
    );
  }
  const place = await placeOf(process.argv[1] ?? '');
  if (place === null)
    throw new UsageError(
      'This agent was not installed from a package. Update what it was installed from (git, an image).',
    );
  const target = await stage(exchange, place, { registry, manifest });
  const running = await askStatus(root).catch(() => null);
  const before = await switchTo(place, target);
  if (running === null) {
    if (!flags.json) say(`${manifest.version} is in place; no agent runs, it counts from its next start.`);
    return show(flags.json, { outcome: 'staged', version: manifest.version }, '');
  }
  end(running.pid);
  const limitMs = parseDuration(flags.timeout);
  if (await isHealthy(root, { after: running, version: manifest.version, limitMs })) {
    await removeOthers(place, [target, before]);
    if (!flags.json) say(`Updated from ${own} to ${manifest.version}.`);
    return show(flags.json, { outcome: 'updated', version: manifest.version, before: own }, '');
  }
  await takeBack(root, place, before, { running, limitMs });
  process.exitCode = exitCodes.failure;
  if (!flags.json)
    say(`${manifest.version} was not healthy within ${flags.timeout}; ${own} runs again. See: gantry logs`);
  show(flags.json, { outcome: 'rolled_back', version: own, tried: manifest.version }, '');
}

/** A damaged enrolment is not taken for none: a box that trusts a key would take another one's package. */
async function enrolmentOf(folder: DataFolder): Promise<Enrolment | null> {
  const stored = await readEnrolment(folder.enrolment);
  if (stored.kind === 'damaged') throw new PackageRefused(`${stored.why}. Start the agent first: gantry up`);
  return stored.kind === 'value' ? stored.value : null;
}

function registryOf(url: string | undefined): string {
  if (url !== undefined) return url.replace(/\/+$/, '');
  throw new UsageError('This box knows no registry yet. Name one: --from https://cams.example.com');
}

async function fetchManifest(exchange: Exchange, registry: string): Promise<PackageManifest> {
  const { status, body } = await exchange({
    method: 'GET',
    url: `${registry}/install/manifest.json`,
    timeoutMs: 10_000,
  });
  const parsed =
    status === 200 ? packageManifest.safeParse(JSON.parse(new TextDecoder().decode(body))) : null;
  if (parsed?.success) return parsed.data;
  throw new UsageError(
    `${registry} offers no package of the agent (${status}). Whoever runs it makes one: npm run pack:agent`,
  );
}

async function stage(
  exchange: Exchange,
  place: Place,
  { registry, manifest }: { registry: string; manifest: PackageManifest },
): Promise<string> {
  try {
    await readdir(place.folder);
    const { body } = await exchange({
      method: 'GET',
      url: `${registry}/install/gantry-agent.tgz`,
      timeoutMs: downloadLimitMs,
      maxBytes: manifest.sizeBytes,
    });
    checkPackage(body, manifest);
    return await unpack(place, body, manifest.version);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
      throw new UsageError(`${path ?? place.folder} cannot be written. Run this with sudo.`);
    throw error;
  }
}

/** Healthy: another process answers, in the new version, and is as connected as the one before was. */
async function isHealthy(
  root: string,
  o: { after: AgentStatus; version: string; limitMs: number },
): Promise<boolean> {
  const wasConnected = o.after.uplink.kind === 'connected';
  const untilMs = systemClock.monotonicMs() + o.limitMs;
  while (systemClock.monotonicMs() < untilMs) {
    const now = await askStatus(root).catch(() => null);
    const isNew = now !== null && now.pid !== o.after.pid && now.agentVersion === o.version;
    if (isNew && (!wasConnected || now.uplink.kind === 'connected')) return true;
    await systemClock.sleep(lookEveryMs);
  }
  return false;
}

async function takeBack(
  root: string,
  place: Place,
  before: string,
  o: { running: AgentStatus; limitMs: number },
): Promise<void> {
  await switchTo(place, before);
  const failed = await askStatus(root).catch(() => null);
  if (failed !== null) end(failed.pid);
  const after = failed ?? o.running;
  await isHealthy(root, { after, version: o.running.agentVersion, limitMs: o.limitMs });
}

/** It may be gone by itself. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
