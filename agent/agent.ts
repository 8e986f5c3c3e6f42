import { randomFillSync, randomUUID } from 'node:crypto';
import { hostname, platform, release } from 'node:os';
import type { JoinToken } from '@gantry/protocol/enrol.js';
import { newId, type CameraId } from '@gantry/protocol/ids.js';
import { brokerUrl } from './broker-url.js';
import type { Credentials } from './cameras/credentials.js';
import { systemClock, type Clock } from './clock.js';
import { createClosing } from './closing.js';
import type { AgentConfig } from './config.js';
import { dataFolder, makeDataFolder } from './data-folder.js';
import { exchangeThrough } from './http.js';
import { countBoot } from './identity/boot-count.js';
import { createRegistryClock } from './identity/registry-clock.js';
import { readRememberedOffset } from './identity/remembered-offset.js';
import { takeLock } from './lock.js';
import type { Log } from './log.js';
import type { LogTail } from './log-tail.js';
import type { SourceChannels } from './onvif/sensors.js';
import type { Progress } from './progress.js';
import { checkFfmpeg } from './recorder/ffmpeg.js';
import type { AgentStatus } from './setup/shapes.js';
import { statusOf } from './status.js';
import { openEventFile } from './uplink/event-file.js';
import type { Uplink } from './uplink/options.js';
import { connectUplink } from './uplink/uplink.js';
import { createTelling } from './telling.js';
import { agentVersion } from './version.js';
import { wireSurvey } from './wire-cameras.js';
import { wireEvents, type Sensors } from './wire-events.js';
import { wireFootage } from './wire-footage.js';
import { measureRegistryClock, wireIdentity } from './wire-identity.js';
import { wireLive } from './wire-live.js';
import { wireLocal } from './wire-local.js';
import { wirePage } from './wire-page.js';
import { wirePictures } from './wire-pictures.js';
import { wireRecording } from './wire-recording.js';
import { wireRemote } from './wire-remote.js';
import { openSite } from './wire-site.js';

export interface AgentOptions {
  config: AgentConfig;
  join: JoinToken | null;
  /** RTSP URLs given now, perhaps with user info; kept for later starts. */
  cameraUrls: readonly string[];
  /** Logins given now: for one address, or for the site (`name` null). */
  logins: readonly (Credentials & { name: string | null })[];
  onProgress: (progress: Progress) => void;
  log: Log;
  /** What `log` wrote last. */
  logTail: LogTail;
  /** Ends the waiting for an unreachable registry while enrolling. */
  signal: AbortSignal;
  clock?: Clock;
  random?: () => number;
}

export interface Agent {
  status(): AgentStatus;
  /** Stops recording, says goodbye and closes everything within 5 s. */
  close(): Promise<void>;
}

const closeLimitMs = 5_000;

/**
 * Builds the agent and starts its parts: identity → recording, which needs no registry → survey → uplink.
 * Throws LockHeld, KeyDamaged, NotEnrolled, EnrolError or the signal's reason; nothing stays open then.
 */
export async function startAgent(o: AgentOptions): Promise<Agent> {
  const clock = o.clock ?? systemClock;
  const closing = createClosing({ clock, log: o.log, limitMs: closeLimitMs });
  try {
    return await build({ ...o, clock, random: o.random ?? Math.random }, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function build(o: Required<AgentOptions>, closing: ReturnType<typeof createClosing>): Promise<Agent> {
  const { config, log, clock, random } = o;
  const startedAtMs = clock.wallMs();
  const version = agentVersion();
  const folder = dataFolder(config.dataFolder, config.footageFolder);
  await makeDataFolder(folder);
  const lock = await takeLock(folder.lock);
  closing.add('lock', () => lock.release());

  const self = { hostname: config.name ?? hostname(), agentVersion: version };
  const exchange = exchangeThrough(config.proxy);
  const page = await wirePage({
    ...self,
    folder,
    exchange,
    proxy: config.proxy,
    port: config.localPort,
    registryUrl: config.registryUrl,
    onProgress: o.onProgress,
    closing,
    clock,
    log,
    logTail: o.logTail,
  });
  const onProgress: typeof o.onProgress = (progress) => {
    page.observe(progress);
    o.onProgress(progress);
  };
  const remembered = await readRememberedOffset(folder.clockOffset, log);
  const registryClock = createRegistryClock(clock, remembered.offsetMs, remembered.remember);
  const { enrolment, tokens, key } = await wireIdentity({
    ...self,
    exchange,
    folder,
    registryClock,
    onProgress,
    clock,
    random,
    log,
    join: o.join,
    pasted: page.pasted,
    signal: o.signal,
    registryUrl: config.registryUrl,
  });
  const { agentId, registryUrl } = enrolment;

  const { inventory, credentials, manual, addCamera } = await openSite({
    folder,
    cameraUrls: o.cameraUrls,
    logins: o.logins,
    closing,
    log,
    onChange() {
      uplink?.inventoryChanged();
      page.changed();
    },
  });
  const scanRanges = [...config.scanRanges];
  const parts = { scanRanges, inventory, credentials, registryUrl, tokens, closing, clock, random, log };

  let ffmpegProblem: string | null = null;
  try {
    await checkFfmpeg();
  } catch (error) {
    ffmpegProblem = (error as Error).message;
    log.error(ffmpegProblem);
    onProgress({ step: 'ffmpeg', problem: ffmpegProblem });
  }

  let uplink: Uplink | null = null;
  let sensors: Sensors | null = null;
  const telling = createTelling(inventory, onProgress);
  const recordingChanged = () => {
    uplink?.reportedChanged();
    page.changed();
    telling.recording(recording?.reconciler.reported() ?? []);
  };
  let recording: Awaited<ReturnType<typeof wireRecording>> | null = null;
  const mint = <Kind extends 'segment' | 'session' | 'gap'>(kind: Kind) =>
    newId(kind, clock.wallMs(), (bytes) => randomFillSync(bytes));
  const registryNowMs = () => registryClock.nowMs();
  const footage = await wireFootage({
    ...parts,
    config,
    folder,
    registryNowMs,
    privateKey: key.privateKey,
    clockOffsetMs: () => registryClock.offsetMs(),
    mint,
    onGaps: () => uplink?.gapsChanged(),
    onLost({ cameraId, fromMs, toMs, cause }) {
      const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
      uplink?.event('footage_lost', cameraId, `Footage from ${from} to ${to} is lost: ${cause}.`);
    },
  });
  const recordingParts = await wireRecording({
    ...parts,
    folder,
    footage,
    registryNowMs,
    newSessionId: () => mint('session'),
    isWatched: (cameraId) => sensors?.hears(cameraId) ?? false,
    onChange: recordingChanged,
  });
  recording = recordingParts;
  const { reconciler } = recordingParts;

  const videoSources = new Map<string, SourceChannels>();
  sensors = wireEvents({
    ...parts,
    videoSources,
    onMotion: recordingParts.sensed,
    tell(kind, cameraId, detail) {
      // Old motion is no news, and would push what matters out of the queue of an offline box.
      if (uplink?.state().kind === 'connected') uplink.event(kind, cameraId, detail);
    },
  });
  const live = wireLive({
    ...parts,
    recording: recordingParts,
    proxy: config.proxy,
    registryNowMs,
    tell: (told) => uplink?.live(told),
  });
  const survey = wireSurvey({
    ...parts,
    agentId,
    manual,
    rescanMs: config.rescanMinutes * 60_000,
    onVideoSources: (url, sources) => videoSources.set(url, sources),
    onLogin(cameraIds) {
      recordingParts.credentialsChanged(cameraIds);
      live.credentialsChanged(cameraIds);
    },
    onSurveyed(notes) {
      sensors?.changed();
      page.searching(false);
      telling.found(notes);
    },
  });
  const search = () => {
    page.searching(true);
    survey.wake({ sweep: true });
  };
  const pictures = wirePictures({
    ...parts,
    recording: recordingParts,
    exchange,
  });

  const remote = await wireRemote({ site: page.actions, log, tell: (answer) => uplink?.setup(answer) });
  const events = await openEventFile({ path: folder.events, clock, log });
  closing.add('events', () => events.close());
  uplink = connectUplink({
    ...self,
    events,
    agentId,
    clock,
    random,
    log,
    proxy: config.proxy,
    url: brokerUrl(config, enrolment),
    platform: `${platform()} ${release()} node ${process.version}`,
    bootId: randomUUID(),
    bootCount: await countBoot(folder.bootCount, enrolment.thumbprint),
    password: () => tokens.fresh(),
    // A refusal may be due to a wrong clock: the registry's own clock is asked before the next try.
    beforeConnect: async (lastFailure) => {
      if (lastFailure === null || lastFailure === 'denied')
        await measureRegistryClock({ registryUrl, exchange, registryClock, clock });
    },
    positions: () => ({ accepted: reconciler.accepted(), applied: reconciler.applied() }),
    spool: () => footage.spool.pending(),
    inventory: () => inventory.announced(),
    reported: () => reconciler.reported(),
    gaps: footage.gaps,
    onDesired(state) {
      reconciler.desire(state).catch((error: unknown) => {
        log.error({ err: error }, 'a desired state could not be stored and is not accepted');
      });
    },
    onRequest({ kind, cameraId }) {
      if (kind === 'rescan') search();
      if (kind === 'snapshot') pictures.snapshots.wake(cameraId as CameraId | null);
    },
    onLive: (wish) => live.wish(wish),
    onSetup: (request) => remote(request),
    onRegistrations(results) {
      const fresh = inventory.registered(results);
      for (const { channel } of fresh) pictures.snapshots.wake(channel.registration?.cameraId ?? null);
      sensors?.changed();
      telling.registered(results, fresh.length > 0);
    },
    onClockSample: (sample) => registryClock.observe(sample),
    onState(state) {
      if (state.kind === 'connected') onProgress({ step: 'connected' });
      if (state.kind === 'waiting')
        onProgress({ step: 'disconnected', why: state.why, detail: state.detail });
    },
    newNonce: randomUUID,
    heartbeatMs: config.heartbeatMs,
  });
  closing.add('uplink', () => uplink?.close());

  const status = () =>
    statusOf({
      startedAtMs,
      version,
      ...parts,
      enrolment,
      reconciler,
      uploads: footage.uploads,
      scanNotes: telling.notes(),
      ffmpegProblem,
      uplink: uplink?.state() ?? { kind: 'connecting' },
      pageUrl: page.url(),
      malformedMessages: uplink?.malformedCount() ?? 0,
      clockOffsetMs: registryClock.offsetMs(),
      spool: footage.spool.pending(),
    });
  const local = wireLocal({
    ...parts,
    manual,
    survey,
    pictures,
    status,
    addCamera,
    search,
    settingsPath: folder.settings,
    announce: () => uplink?.announce(),
  });
  page.enrolled({ local, previews: pictures.previews, picture: (id, signal) => pictures.take(id, signal) });
  return {
    status,
    close() {
      telling.end();
      return closing.close();
    },
  };
}
