import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StreamRole } from '@gantry/protocol/camera.js';
import type { CameraId, SessionId } from '@gantry/protocol/ids.js';
import type { Credentials, CredentialStore } from './cameras/credentials.js';
import { chooseStream, type Inventory, type SiteCamera } from './cameras/inventory.js';
import type { SiteStream } from './cameras/site-device.js';
import type { Clock } from './clock.js';
import type { Closing } from './closing.js';
import type { DataFolder } from './data-folder.js';
import type { Log } from './log.js';
import { startReconciler, type Reconciler } from './reconcile/reconciler.js';
import { openMotionRings } from './recorder/motion-rings.js';
import { reapOrphans } from './recorder/orphans.js';
import { startRecorder, type Recorder } from './recorder/recorder.js';
import { salvageAll } from './recorder/salvage.js';
import type { OpenedSource } from './recorder/spec.js';
import { createStartGate } from './recorder/start-gate.js';
import { startRtspBridge, type BridgedStream, type RtspBridge } from './rtsp/bridge.js';
import type { Spool } from './spool/spool.js';
import type { FootageKeeping } from './wire-footage.js';

type Unavailable = { unavailable: { kind: string; detail: string } };

export interface Recording {
  reconciler: Reconciler;
  /** A session of its own at the camera, for pictures and previews: never the recorder's. */
  openStream(localId: string, role: StreamRole): BridgedStream | Unavailable;
  /** Recorders of these cameras that wait because of a refused login try again. */
  credentialsChanged(cameraIds: readonly CameraId[]): void;
  /** A camera's sensor noticed something, or ceased to. */
  sensed: (cameraId: CameraId, isActive: boolean) => void;
}

export interface RecordingOptions {
  folder: DataFolder;
  inventory: Inventory;
  credentials: CredentialStore;
  footage: FootageKeeping;
  registryNowMs: () => number;
  newSessionId: () => SessionId;
  /** Whether anybody would tell of a motion at this camera. */
  isWatched: (cameraId: CameraId) => boolean;
  onChange: () => void;
  closing: Closing;
  clock: Clock;
  random: () => number;
  log: Log;
}

/** At most this many camera starts per second: a site's switch and power supply survive "everything on". */
const startsPerSecond = 4;

/** Puts together what records, and starts it: boxes without network record, too. */
export async function wireRecording(o: RecordingOptions): Promise<Recording> {
  const { clock, random, log, closing, folder, inventory, footage } = o;
  const isDiskThere = await footage.checkDisk().then(
    () => true,
    () => false,
  );
  if (isDiskThere) await mkdir(folder.recordings, { recursive: true, mode: 0o700 });
  const orphans = await reapOrphans(folder.recordings);
  if (orphans > 0) log.warn({ orphans }, 'ended ffmpeg processes that a killed agent left behind');
  const salvaged = await salvageAll(folder.recordings, {
    onSegment: footage.keep,
    registryNowMs: o.registryNowMs,
    clock,
    log,
  });
  if (salvaged > 0) log.info({ salvaged }, 'took over segments that the last run left unfinished');
  footage.resume();

  const rings = await openMotionRings({
    folder: join(folder.recordings, 'rings'),
    desired: (cameraId) => reconciler?.desired(cameraId) ?? null,
    isWatched: o.isWatched,
    keep: footage.keep,
    onDrop: footage.onUnwanted,
    clock,
    log,
  });
  closing.add('motion rings', () => rings.close());
  const bridge = await startRtspBridge({ clock, log });
  closing.add('bridge', () => bridge.close());
  const startGate = createStartGate({ clock, startsPerSecond });
  const recorders = new Map<CameraId, Recorder>();
  let isClosing = false;
  const changed = (): void => {
    // A recorder that stops because the agent does is not switched off: the gap after it is the agent's.
    if (!isClosing && reconciler) footage.ledger.observe(reconciler.reported());
    o.onChange();
  };
  let reconciler: Reconciler | null = null;
  const started = await startReconciler({
    path: folder.desired,
    startRecorder(spec, localId) {
      const recorder = startRecorder(spec, {
        openSource: async (cameraId, role) => openSource(o, bridge, localId, cameraId, role),
        checkDisk: footage.checkDisk,
        folder: folder.recordings,
        onSegment: (segment) => rings.take(segment),
        onStatus(_cameraId, status) {
          // A recorder that cannot write hands nothing to the spool, so the spool is told to look by itself.
          if (status.reason === 'disk_full') makeRoom(footage.spool, log);
          changed();
        },
        registryNowMs: o.registryNowMs,
        placedToMs: footage.placedToMs,
        startGate,
        clock,
        random,
        log,
        newSessionId: o.newSessionId,
      });
      recorders.set(spec.cameraId, recorder);
      return recorder;
    },
    onChange: changed,
    registryNowMs: o.registryNowMs,
    clock,
    log,
  });
  reconciler = started;
  changed();
  closing.add('recorders', () => {
    isClosing = true;
    return started.close();
  });

  return {
    reconciler,
    openStream(localId, role) {
      const found = findStream(o, inventory.camera(localId), role);
      if ('unavailable' in found) return found;
      return bridge.open({ url: found.stream.url, credentials: found.credentials });
    },
    credentialsChanged(cameraIds) {
      for (const cameraId of cameraIds) recorders.get(cameraId)?.credentialsChanged();
    },
    sensed: (cameraId, isActive) => rings.sensed(cameraId, isActive),
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
