import { randomFillSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { StreamRole } from '@gantry/protocol/camera.js';
import { newId, type CameraId } from '@gantry/protocol/ids.js';
import type { Credentials, CredentialStore } from './cameras/credentials.js';
import { chooseStream, type Inventory, type SiteCamera } from './cameras/inventory.js';
import type { SiteStream } from './cameras/site-device.js';
import type { Clock } from './clock.js';
import type { Closing } from './closing.js';
import type { AgentConfig } from './config.js';
import type { DataFolder } from './data-folder.js';
import type { DeviceTokens } from './identity/device-token.js';
import type { Log } from './log.js';
import { startReconciler, type Reconciler } from './reconcile/reconciler.js';
import { reapOrphans } from './recorder/orphans.js';
import { startRecorder, type Recorder } from './recorder/recorder.js';
import { salvageAll } from './recorder/salvage.js';
import type { FinishedSegment, OpenedSource } from './recorder/spec.js';
import { createStartGate } from './recorder/start-gate.js';
import { startRtspBridge, type BridgedStream, type RtspBridge } from './rtsp/bridge.js';
import type { AgentStatus } from './setup/shapes.js';
import type { FootageLost } from './spool/spooled-segment.js';
import { openSpool, type Spool } from './spool/spool.js';
import { createSessionOffsets } from './spool/session-offsets.js';
import { createHttpSender } from './upload/http-sender.js';
import { startUploader } from './upload/uploader.js';

type Unavailable = { unavailable: { kind: string; detail: string } };

export interface Recording {
  reconciler: Reconciler;
  spool: Spool;
  uploads: Readonly<AgentStatus['uploads']>;
  /** A session of its own at the camera, for pictures and previews: never the recorder's. */
  openStream(localId: string, role: StreamRole): BridgedStream | Unavailable;
  /** Recorders of these cameras that wait because of a refused login try again. */
  credentialsChanged(cameraIds: readonly CameraId[]): void;
}

export interface RecordingOptions {
  config: AgentConfig;
  folder: DataFolder;
  registryUrl: string;
  tokens: DeviceTokens;
  inventory: Inventory;
  credentials: CredentialStore;
  clockOffsetMs: () => number;
  onChange: () => void;
  onLost: (event: FootageLost) => void;
  closing: Closing;
  clock: Clock;
  random: () => number;
  log: Log;
}

/** At most this many camera starts per second: a site's switch and power supply survive "everything on". */
const startsPerSecond = 4;

/** Puts together what records: spool and upload first, so that the first segment has somewhere to go. */
export async function wireRecording(o: RecordingOptions): Promise<Recording> {
  const { clock, random, log, closing, folder, inventory } = o;
  await mkdir(folder.recordings, { recursive: true, mode: 0o700 });
  const orphans = await reapOrphans(folder.recordings);
  if (orphans > 0) log.warn({ orphans }, 'ended ffmpeg processes that a killed agent left behind');

  const mint = <Kind extends 'segment' | 'session'>(kind: Kind) =>
    newId(kind, clock.wallMs(), (bytes) => randomFillSync(bytes));
  const spool = await openSpool({
    folder: folder.spool,
    maxBytes: o.config.spoolMaxBytes,
    newSegmentId: () => mint('segment'),
    onLost: o.onLost,
    log,
  });
  closing.add('spool', () => spool.close());

  const uploads = { stored: 0, notPermitted: 0, rejected: 0, damaged: 0, retried: 0 };
  const counters = {
    stored: 'stored',
    not_permitted: 'notPermitted',
    rejected: 'rejected',
    damaged: 'damaged',
    retry: 'retried',
  } as const;
  const sender = createHttpSender({ registryUrl: o.registryUrl, bearer: () => o.tokens.current() });
  closing.add('sender', () => sender.close());
  const uploader = startUploader({
    spool,
    send: (segment, signal) => sender.send(segment, signal),
    inFlight: 2,
    clock,
    random,
    log,
    onVerdict(segment, verdict) {
      uploads[counters[verdict.kind]] += 1;
      log.debug({ segmentId: segment.meta.id, verdict: verdict.kind }, 'upload answered');
    },
  });
  closing.add('uploader', () => uploader.close());

  const clockOffsetOf = createSessionOffsets(o.clockOffsetMs);
  const onSegment = async (segment: FinishedSegment) => {
    await spool.add({ ...segment, clockOffsetMs: clockOffsetOf(segment) });
    uploader.wake();
  };
  const salvaged = await salvageAll(folder.recordings, { onSegment, log });
  if (salvaged > 0) log.info({ salvaged }, 'took over segments that the last run left unfinished');

  const bridge = await startRtspBridge({ clock, log });
  closing.add('bridge', () => bridge.close());
  const startGate = createStartGate({ clock, startsPerSecond });
  const recorders = new Map<CameraId, Recorder>();
  const reconciler = await startReconciler({
    path: folder.desired,
    startRecorder(spec, localId) {
      const recorder = startRecorder(spec, {
        openSource: async (cameraId, role) => openSource(o, bridge, localId, cameraId, role),
        folder: folder.recordings,
        onSegment,
        onStatus(_cameraId, status) {
          // A recorder that cannot write hands nothing to the spool, so the spool is told to look by itself.
          if (status.reason === 'disk_full') makeRoom(spool, log);
          o.onChange();
        },
        startGate,
        clock,
        random,
        log,
        newSessionId: () => mint('session'),
      });
      recorders.set(spec.cameraId, recorder);
      return recorder;
    },
    onChange: () => o.onChange(),
    clock,
    log,
  });
  closing.add('recorders', () => reconciler.close());

  return {
    reconciler,
    spool,
    uploads,
    openStream(localId, role) {
      const found = findStream(o, inventory.camera(localId), role);
      if ('unavailable' in found) return found;
      return bridge.open({ url: found.stream.url, credentials: found.credentials });
    },
    credentialsChanged(cameraIds) {
      for (const cameraId of cameraIds) recorders.get(cameraId)?.credentialsChanged();
    },
  };
}

function makeRoom(spool: Spool, log: Log): void {
  spool.makeRoom().catch((error: unknown) => log.error({ err: error }, 'no room could be made on the disk'));
}

/** What a camera offers in this role, with the login it last let in, or why there is nothing. */
function findStream(
  o: RecordingOptions,
  found: SiteCamera | null,
  role: StreamRole,
): { stream: SiteStream; credentials: Credentials | null } | Unavailable {
  if (!found)
    return { unavailable: { kind: 'unreachable', detail: 'This box has not found the camera yet.' } };
  const { device, channel } = found;
  const stream = chooseStream(channel, role);
  if (stream) return { stream, credentials: o.credentials.provenFor(device.deviceId) };
  const kind = device.access === 'needs_login' ? 'auth_failed' : 'unreachable';
  return { unavailable: { kind, detail: device.accessReason ?? 'The camera has shown no stream yet.' } };
}

function openSource(
  o: RecordingOptions,
  bridge: RtspBridge,
  localId: string,
  cameraId: CameraId,
  role: StreamRole,
): OpenedSource {
  const found = findStream(o, o.inventory.camera(localId) ?? o.inventory.cameraById(cameraId), role);
  if ('unavailable' in found) return found;
  const { url, video, audio } = found.stream;
  if (video !== 'h264' && video !== 'h265') {
    const detail = `The camera sends ${video}; only H.264 and H.265 are recorded. Change its encoding.`;
    return { unavailable: { kind: 'codec_unsupported', detail } };
  }
  return { ...bridge.open({ url, credentials: found.credentials }), video, audio };
}
