import { newId } from '@gantry/protocol/ids.js';
import { mkdir } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { verifyAgentToken } from './access/agent-credentials.js';
import { createPasswords } from './access/passwords.js';
import { forgetEndedChallenges } from './access/second-factor/challenges.js';
import { forgetEndedSessions } from './access/sessions.js';
import { createThrottle } from './access/throttle.js';
import { createAfterwards } from './afterwards.js';
import { agentMqttUrlOf, publicUrlOf, type Ports } from './addresses.js';
import { revokedAgents } from './broker/revocations.js';
import { startBroker, type StartedBroker } from './broker/start.js';
import { createChanges } from './changes.js';
import { systemClock } from './clock.js';
import { exportKind } from './clips/clips.js';
import { createClosing, type Closing } from './closing.js';
import type { Config } from './config.js';
import type { Context } from './context.js';
import { connectDatabase, type Database } from './db/database.js';
import { startEmbeddedPostgres } from './db/embedded-postgres.js';
import { forgetOldAnswers } from './db/idempotency.js';
import { migrateDatabase } from './db/migrate.js';
import { segmentSecondsOn } from './desired/derive.js';
import { makeFirst, readIdentity, type FirstSignIn } from './first-run.js';
import { lockFolder } from './folder-lock.js';
import { forgetOldClaims } from './enrolment/claims.js';
import { endDrained } from './enrolment/replace.js';
import { createSetupRelay } from './enrolment/setup-relay.js';
import { createApp } from './http/app.js';
import { crowdDoor } from './http/crowd.js';
import { resourcesOf } from './http/resources.js';
import { listen, PortTaken } from './http/server.js';
import { createLog } from './log.js';
import { cameraActKinds } from './operations/camera-acts.js';
import { cameraImport, importKind } from './operations/camera-import.js';
import { deletionKind } from './operations/deletion.js';
import { tenantDeletion } from './operations/deletion-work.js';
import { forgetOldItems } from './operations/items.js';
import { startOperations } from './operations/queue.js';
import { folderCarrier, smtpCarrier, type Carrier } from './mail/carrier.js';
import { sendDueLetters } from './mail/sender.js';
import { openStorage } from './recordings/storage/open.js';
import type { Storage } from './recordings/storage/storage.js';
import { StartFailure } from './start-failure.js';
import { startSweep } from './sweep.js';
import { startLive } from './wire-live.js';
import { openAddressLookup } from './tenancy/addresses/lookup.js';
import { clipExports, footageSweeps, type FootageSweep } from './wire-footage.js';
import { startEvents } from './wire-events.js';
import { startStatistics } from './wire-statistics.js';
import { startUplinks } from './wire-uplinks.js';

export interface Registry {
  /** How people reach it. */
  url: string;
  port: number;
  /** Of the broker in this process; null with an outside one. */
  mqttPort: number | null;
  context: Context;
  storage: Storage;
  /** How to sign in, when this start made the first user. */
  firstSignIn: FirstSignIn | null;
  /** Works off what is under way: messages of agents, desired states to send. For tests. */
  settle(): Promise<void>;
  /** Ends everything in reverse order, within 5 s. */
  close(): Promise<void>;
}

/** What a test sets; everything else is real. */
export type Overrides = Partial<Pick<Context, 'clock' | 'random' | 'log'>>;

/**
 * Builds the whole registry and starts it. Rejects, with everything closed again, when a part does not start:
 * `FolderInUse`, `PortTaken`, or another `StartFailure`, which says what to do.
 */
export async function startRegistry(config: Config, overrides: Overrides = {}): Promise<Registry> {
  const log = overrides.log ?? createLog(config.logLevel);
  const closing = createClosing(log);
  try {
    return await build(config, overrides, log, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function build(
  config: Config,
  overrides: Overrides,
  log: Context['log'],
  closing: Closing,
): Promise<Registry> {
  await makeDataFolder(config.dataFolder);
  const lock = await lockFolder(config.dataFolder);
  closing.add('lock of the data folder', () => lock.release());

  const db = await openDatabase(config, log, closing);
  const storage = await openStorage(config.storageUrl).catch((error: unknown) => {
    throw new StartFailure(`The storage cannot be used: ${(error as Error).message}`, { cause: error });
  });
  closing.add('storage', () => storage.close());

  const random = overrides.random ?? ((sizeBytes) => new Uint8Array(randomBytes(sizeBytes)));
  const clock = overrides.clock ?? systemClock;
  const ports: Ports = { http: config.http.port, mqtt: config.mqttPort };
  const identity = await readIdentity({ db, random });
  const context: Context = {
    log,
    clock,
    random,
    newId: (kind) => newId(kind, clock.nowMs(), (bytes) => random(bytes.length)),
    db,
    changes: createChanges(),
    epoch: identity.epoch,
    playbackSecret: identity.playbackSecret,
    secondFactor: { sealingKey: identity.sealingKey, graceMs: config.secondFactorGraceMs },
    publicUrl: () => publicUrlOf(config, ports),
    agentMqttUrl: () => agentMqttUrlOf(config, ports),
  };
  const passwords = createPasswords();
  const firstSignIn = await makeFirst(context, passwords, config.admin);

  const started = await openBroker(config, context);
  closing.add('broker', () => started.close());
  if (started.kind === 'embedded') ports.mqtt = started.broker.port;
  const live = startLive(context, started, closing);
  const setup = createSetupRelay(context, started.broker);
  const settle = await startUplinks(
    context,
    started,
    { live: live.view.relay, setup, segmentSeconds: segmentSecondsOn[storage.kind] },
    closing,
  );
  startSweeps(context, storage, closing);
  const work = startOperations(context, {
    [deletionKind]: tenantDeletion({ ...context, storage }),
    ...cameraActKinds(context),
    [importKind]: cameraImport(context),
    [exportKind]: await clipExports(context, storage, config.dataFolder),
  });
  closing.add('operations', () => work.close());
  const carrier = startMail(context, config, closing);
  startRevocations(context, started, closing);

  const feed = startEvents(context, closing);
  startStatistics(context, closing);
  const throttle = createThrottle(clock);
  const afterwards = createAfterwards();
  closing.add('work behind answers', () => afterwards.settle());
  const { trustedProxies } = config;
  const app = createApp(
    { ...context, passwords, throttle, trustedProxies, afterwards },
    resourcesOf(context, storage, {
      addresses: openAddressLookup(config.addressLookup),
      live: live.view,
      feed,
      setup,
      around: {
        startedAt: new Date(clock.nowMs()),
        storage: storage.kind,
        database: config.databaseUrl === null ? 'embedded' : 'external',
        broker: started.kind,
        sessions: () => (started.kind === 'embedded' ? started.broker.connected().length : null),
        addressLookup: config.addressLookup.provider,
        carrier,
      },
    }),
  );
  const http = await listen(app, { ...config.http, door: crowdDoor({ ...context, trustedProxies }) });
  closing.add('HTTP', async () => {
    // Agents on WebSockets hold connections of the HTTP server.
    if (started.kind === 'embedded') started.upgrades.close();
    live.close();
    await feed.close();
    await http.close();
  });
  ports.http = http.port;
  http.server.on('upgrade', (request, socket, head) => {
    if (live.door.handleUpgrade(request, socket, head)) return;
    if (started.kind === 'embedded' && started.upgrades.handleUpgrade(request, socket, head)) return;
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
  });
  return {
    url: context.publicUrl(),
    port: http.port,
    mqttPort: started.kind === 'embedded' ? started.broker.port : null,
    context,
    storage,
    firstSignIn,
    settle,
    close: () => closing.close(),
  };
}

async function makeDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StartFailure(
      `The data folder ${folder} cannot be made (${(error as NodeJS.ErrnoException).code}). ` +
        `Choose another one with --data, or correct the permissions above it.`,
      { cause: error },
    );
  }
}

/** Connections of this process; the embedded server allows more than twice as many. */
const maxConnections = 24;

async function openDatabase(config: Config, log: Context['log'], closing: Closing): Promise<Database> {
  let url = config.databaseUrl;
  if (url === null) {
    const postgres = await startEmbeddedPostgres({ folder: join(config.dataFolder, 'postgres'), log });
    closing.add('embedded Postgres', () => postgres.close());
    url = postgres.url;
  }
  try {
    await migrateDatabase(url, log);
  } catch (error) {
    // The query's own error says only which query failed; its cause says why.
    const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
    const isSilent = /timeout/.test(message);
    if (config.databaseUrl === null || (code === undefined && !isSilent)) throw error;
    throw new StartFailure(
      `The database of DATABASE_URL cannot be used (${code ?? 'no answer'}: ${message}). Check the address, the ` +
        `user and that the server runs.`,
      { cause: error },
    );
  }
  const connection = connectDatabase(url, { maxConnections, log });
  closing.add('database connections', () => connection.close());
  return connection.db;
}

async function openBroker(config: Config, context: Context): Promise<StartedBroker> {
  try {
    return await startBroker(
      { mqttUrl: config.mqttUrl, mqttPort: config.mqttPort, mqttHost: config.http.host },
      {
        verify: (token, from) => verifyAgentToken(context, token, from),
        log: context.log,
        clock: context.clock,
        random: context.random,
      },
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') {
      throw new StartFailure(`The MQTT broker cannot be used: ${(error as Error).message}`, { cause: error });
    }
    throw new PortTaken('MQTT', `${config.http.host}:${config.mqttPort}`, code);
  }
}

/** Half of the second within which a revocation must be felt (design §6). */
const revocationSweepMs = 500;

/** Ends the connections of agents whose key was revoked; an outside broker's connections are its own matter. */
function startRevocations(context: Context, started: StartedBroker, closing: Closing): void {
  if (started.kind !== 'embedded') return;
  const { broker } = started;
  const sweep = startSweep({
    what: 'ending connections of revoked agents',
    everyMs: revocationSweepMs,
    log: context.log,
    work: async () => {
      for (const agentId of await revokedAgents(context, broker.connected())) broker.kick(agentId);
    },
  });
  closing.add('revocation sweep', () => sweep.close());
}

/** Letters leave by SMTP, or into a folder for somebody to look at. */
function startMail(context: Context, config: Config, closing: Closing): Carrier {
  const { smtpUrl, from } = config.mail;
  const carrier =
    smtpUrl === null ? folderCarrier(join(config.dataFolder, 'outbox'), from) : smtpCarrier(smtpUrl, from);
  closing.add('mail carrier', () => carrier.close());
  const sweep = startSweep({
    what: 'sending letters',
    everyMs: 2_000,
    log: context.log,
    work: (signal) => sendDueLetters(context, carrier, signal),
  });
  closing.add('sending letters', () => sweep.close());
  return carrier;
}

function startSweeps(context: Context, storage: Storage, closing: Closing): void {
  const sweeps: FootageSweep[] = [
    { what: 'forgetting ended sessions', everyMs: 600_000, work: () => forgetEndedSessions(context) },
    { what: 'forgetting half sign-ins', everyMs: 600_000, work: () => forgetEndedChallenges(context) },
    { what: 'forgetting old claims', everyMs: 600_000, work: () => forgetOldClaims(context) },
    {
      what: 'ending replaced agents',
      everyMs: 30_000,
      work: () => endDrained(context).then(() => undefined),
    },
    { what: 'forgetting old work', everyMs: 3_600_000, work: () => forgetOldItems(context.db) },
    { what: 'forgetting old answers', everyMs: 3_600_000, work: () => forgetOldAnswers(context.db) },
    ...footageSweeps(context, storage),
  ];
  for (const { what, everyMs, work } of sweeps) {
    const sweep = startSweep({ what, everyMs, log: context.log, work });
    closing.add(what, () => sweep.close());
  }
}
