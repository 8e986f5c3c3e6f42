import { connectDatabase } from '@gantry/registry/db/database.js';
import { findRunningPostgres } from '@gantry/registry/db/embedded-postgres.js';
import { recordingGaps } from '@gantry/registry/db/schema/gaps.js';
import { segments } from '@gantry/registry/db/schema/segments.js';
import { createLog } from '@gantry/registry/log.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareTenants } from '../demo/tenants.js';
import { signIn, type Api } from './api.js';
import { programs } from './built.js';
import type { VirtualCameraOptions } from './cameras/camera-options.js';
import { startVirtualSite, type VirtualSite } from './cameras/site.js';
import { processesOf } from './processes.js';
import { startProgram, type Program } from './program.js';
import { until } from './until.js';

export interface StackOptions {
  cameras?: number;
  one?: (index: number) => Partial<VirtualCameraOptions>;
  /** Network of the cameras, `127.N.M`; stories that run at once need different ones. */
  network: string;
  /** Of an outside Postgres, which starts sooner; else the registry runs its own. */
  databaseUrl?: string;
  env?: Record<string, string>;
  /** The agent's alone; asked at each start. */
  agentEnv?: () => Record<string, string>;
}

export interface StoredSegment {
  id: string;
  cameraId: string;
  sessionId: string;
  sequence: number;
  /** Registry clock. */
  startedAtMs: number;
  durationMs: number;
  sha256: string;
  storageKey: string;
}

export interface ListedCamera {
  id: string;
  name: string;
  kind: 'onvif' | 'generic';
  customerId: string | null;
  enabled: boolean;
  status: { chip: string; sentence: string };
}

/**
 * The product as people run it: registry and agent as processes with their own folders, embedded Postgres,
 * embedded broker, real ffmpeg. Only the cameras live in the test's process, so that it can break them.
 */
export interface Stack {
  folder: string;
  url: string;
  site: VirtualSite;
  /** The platform's first user. */
  admin: { email: string; password: string };
  api: Api;
  tenants: Awaited<ReturnType<typeof prepareTenants>>;
  registry: () => Program;
  agent: () => Program;
  startRegistry(): Promise<void>;
  /** `joined`, with a token and the site's login; `unknown`, with neither: it waits until somebody lets it in. */
  startAgent(as?: 'joined' | 'unknown'): Promise<void>;
  cameras(): Promise<ListedCamera[]>;
  /** ffmpeg processes of this stack's agent. */
  recorders(): number;
  /** Of the registry's own broker; null where an outside one serves. */
  mqttPort(): number | null;
  /** Postgres servers of this stack's registry. */
  postmasters(): number;
  /** Command lines of processes that work in this stack's folder or name it. */
  leftovers(): string[];
  /** Of the registry's database. */
  databaseUrl(): Promise<string>;
  /** Every stored segment, oldest first, from the registry's database. */
  segments(): Promise<StoredSegment[]>;
  /** Resolves when that many cameras are registered, recorded and say so. `timeoutMs` for each of the three. */
  recording(count: number, timeoutMs?: number): Promise<void>;
  /** Resolves when at least that many segments are stored. */
  uploaded(count: number): Promise<void>;
  close(): Promise<void>;
}

interface Ready {
  url: string;
  mqttPort: number | null;
}

export async function startStack(o: StackOptions): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-'));
  const admin = { email: 'admin@gantry.example', password: 'first-sign-in-of-a-test' };
  const running: { registry: Program | null; agent: Program | null } = { registry: null, agent: null };
  const ports = { http: 0, mqtt: 0 };
  const count = o.cameras ?? 3;
  const site = await startVirtualSite({
    cameras: count,
    seed: folder,
    network: o.network,
    firstHost: 11,
    each: { onvifPort: 8_000, rtspPort: 8_554, discovery: { interfaces: ['127.0.0.1'] } },
    ...(o.one ? { one: o.one } : {}),
  });
  const camera = site.cameras[0];
  await writeFile(join(folder, 'login'), `${camera?.username}:${camera?.password}\n`, { mode: 0o600 });

  const startRegistry = async (): Promise<Ready> => {
    const registry = startProgram({
      command: [
        programs.registry,
        ...['serve', '--json', '--data', join(folder, 'registry')],
        ...['--port', `${ports.http}`, '--mqtt-port', `${ports.mqtt}`],
      ],
      env: {
        GANTRY_ADMIN_EMAIL: admin.email,
        GANTRY_ADMIN_PASSWORD: admin.password,
        DATABASE_URL: o.databaseUrl,
        ...o.env,
      },
    });
    running.registry = registry;
    const [line] = await registry.waitFor(/^\{.*"state":"ready".*$/, 60_000);
    const ready = JSON.parse(line) as Ready;
    // A restart comes back where agents and browsers know it.
    ports.http = Number(new URL(ready.url).port);
    ports.mqtt = ready.mqttPort ?? 0;
    return ready;
  };

  const end = (program: Program | null) => program?.end('SIGTERM');
  const close = async (): Promise<void> => {
    await end(running.agent);
    await end(running.registry);
    await site.close();
    // On a busy machine a Postgres whose registry was killed may still write its last files.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  const prepare = async () => {
    const { url, mqttPort } = await startRegistry();
    const api = await signIn(url, admin.email, admin.password);
    const tenants = await prepareTenants(api);
    await writeFile(join(folder, 'join'), tenants.joinToken, { mode: 0o600 });
    return { url, mqttPort, api, tenants };
  };
  // Nobody could end a registry that did not become ready.
  const { url, mqttPort, api, tenants } = await prepare().catch(async (error: unknown) => {
    await close();
    throw error;
  });

  const programsIn = (part: string, name: string) =>
    processesOf(join(folder, part)).filter(({ command }) => command[0]?.split('/').at(-1) === name).length;
  const recorders = () => programsIn('agent', 'ffmpeg');
  const listed = async () => (await api.get<{ items: ListedCamera[] }>('/cameras?limit=200')).items;
  const databaseUrl = async () => o.databaseUrl ?? ownDatabaseUrl(folder);
  const stored = async () => storedSegments(await databaseUrl());

  return {
    folder,
    url,
    site,
    admin,
    api,
    tenants,
    registry: () => running.registry as Program,
    agent: () => running.agent as Program,
    startRegistry: async () => {
      await startRegistry();
    },
    startAgent: async (as = 'joined') => {
      const inHand = (name: string) => `file:${join(folder, name)}`;
      const ways = {
        joined: ['--join', inHand('join'), '--login', inHand('login')],
        unknown: ['--registry', url, '--json'],
      };
      running.agent = startProgram({
        command: [
          programs.agent,
          ...['up', '--data', join(folder, 'agent'), '--scan', `${o.network}.0/26`],
          ...ways[as],
        ],
        env: { GANTRY_LOCAL_PORT: '0', ...o.env, ...o.agentEnv?.() },
      });
      await running.agent.waitFor(as === 'joined' ? /^Key/ : /"needs_approval"/);
    },
    cameras: listed,
    recorders,
    mqttPort: () => mqttPort,
    postmasters: () => programsIn('registry', 'postgres'),
    leftovers: () => processesOf(folder).map(({ command }) => command.join(' ')),
    recording: async (wanted, timeoutMs = 60_000) => {
      await until(async () => (await listed()).length === wanted, {
        timeoutMs,
        everyMs: 100,
        what: `${wanted} registered cameras`,
      });
      await until(() => recorders() === wanted, { timeoutMs, what: `${wanted} recorders` });
      await until(async () => (await listed()).every(({ status }) => status.chip === 'recording'), {
        timeoutMs,
        everyMs: 50,
        what: `${wanted} cameras that say they are recorded`,
      });
    },
    databaseUrl,
    segments: stored,
    uploaded: async (count) => {
      await until(async () => (await stored()).length >= count, {
        timeoutMs: 60_000,
        everyMs: 200,
        what: `${count} stored segments`,
      });
    },
    close,
  };
}

export interface ToldGap {
  cameraId: string;
  /** Registry clock. */
  fromMs: number;
  /** Null while it lasts. */
  toMs: number | null;
  cause: string;
}

/** What the registry was told of times without recording. */
export async function toldGaps(stack: Pick<Stack, 'databaseUrl'>): Promise<ToldGap[]> {
  const log = createLog('silent');
  const connection = connectDatabase(await stack.databaseUrl(), { maxConnections: 1, log });
  try {
    const rows = await connection.db.select().from(recordingGaps).orderBy(recordingGaps.fromAt);
    return rows.map(({ cameraId, fromAt, toAt, cause }) => ({
      cameraId,
      fromMs: fromAt.getTime(),
      toMs: toAt?.getTime() ?? null,
      cause,
    }));
  } finally {
    await connection.close();
  }
}

/** Reads beside the registry, from the Postgres that it runs. One that was killed left its own running. */
const ownDatabaseUrl = (folder: string): Promise<string> =>
  until(() => findRunningPostgres(join(folder, 'registry', 'postgres')), {
    timeoutMs: 30_000,
    what: "the registry's Postgres",
  });

/** Every segment that a registry's database knows, oldest first. */
async function storedSegments(databaseUrl: string): Promise<StoredSegment[]> {
  const connection = connectDatabase(databaseUrl, { maxConnections: 1, log: createLog('silent') });
  try {
    const rows = await connection.db.select().from(segments).orderBy(segments.startedAt);
    return rows.map(({ startedAt, ...row }) => ({ ...row, startedAtMs: startedAt.getTime() }));
  } finally {
    await connection.close();
  }
}
