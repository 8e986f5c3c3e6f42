import { join } from 'node:path';
import type { CameraId, SessionId } from '@gantry/protocol/ids.js';
import type { RecorderState } from '@gantry/protocol/state.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { runAttempt } from './attempt.js';
import { ownFailure, type Failure } from './outcome.js';
import { freshPatience, pauseAfter } from './pauses.js';
import { segmentSecondsFor } from './segment-length.js';
import { placedWith, type PlacedFootage } from './session-offset.js';
import type { FinishedSegment, OpenedSource, RecorderSpec, RecorderStatus } from './spec.js';
import type { StartGate } from './start-gate.js';

export interface Recorder {
  readonly spec: RecorderSpec;
  status(): RecorderStatus;
  /** Ends in order: resolves when ffmpeg is gone and the last segment is handed over. May be called again. */
  stop(): Promise<void>;
  /** The camera's login changed: a recorder that waits because of a refused one tries again at once. */
  credentialsChanged(): void;
}

export interface RecorderOptions {
  openSource: (cameraId: CameraId, stream: 'main' | 'sub') => Promise<OpenedSource>;
  /** Root of all recorders' folders, on the same file system as the spool: files are handed over by a rename. */
  folder: string;
  /** Rejects while the disk `folder` belongs on is not there. */
  checkDisk: () => Promise<void>;
  onSegment: (segment: FinishedSegment) => Promise<void>;
  onStatus: (cameraId: CameraId, status: RecorderStatus) => void;
  /** The registry's clock as the agent knows it. */
  registryNowMs: () => number;
  /** Where the footage of earlier recorders of a camera ends on the registry's clock; null without any. */
  placedToMs: (cameraId: CameraId) => number | null;
  startGate: StartGate;
  clock: Clock;
  random: () => number;
  log: Log;
  newSessionId: () => SessionId;
}

/** Keeps one stream recorded: attempt after attempt, with the pauses of `pauses.ts`, until it is stopped. */
export function startRecorder(spec: RecorderSpec, o: RecorderOptions): Recorder {
  const log = o.log.child({ cameraId: spec.cameraId });
  const stopping = new AbortController();
  let status: RecorderStatus = {
    state: 'starting',
    reason: null,
    detail: null,
    sinceMs: Math.round(o.clock.wallMs()),
  };
  let patience = freshPatience;
  let segmentSeconds = spec.segmentSeconds;
  let retryNow: (() => void) | null = null;
  const keptToMs = o.placedToMs(spec.cameraId);
  let placed: PlacedFootage | null = keptToMs === null ? null : { newest: '', toMs: keptToMs };

  const tell = (state: RecorderState, failure: Failure | null): void => {
    const reason = failure?.reason ?? null;
    const sameState = status.state === state && status.reason === reason;
    status = {
      state,
      reason,
      detail: failure?.detail ?? null,
      sinceMs: sameState ? status.sinceMs : Math.round(o.clock.wallMs()),
    };
    o.onStatus(spec.cameraId, status);
  };

  const handOver = async (segment: FinishedSegment): Promise<void> => {
    await o.onSegment(segment);
    placed = placedWith(placed, segment);
  };

  const attempt = (): ReturnType<typeof runAttempt> =>
    runAttempt({
      spec: { ...spec, segmentSeconds },
      checkDisk: o.checkDisk,
      openSource: () => o.openSource(spec.cameraId, spec.stream),
      cameraFolder: join(o.folder, spec.cameraId),
      newSessionId: o.newSessionId,
      onSegment: handOver,
      onRecording: () => tell('recording', null),
      registryNowMs: o.registryNowMs,
      placedToMs: () => placed?.toMs ?? null,
      clock: o.clock,
      log,
      signal: stopping.signal,
    });

  const rest = async (pauseMs: number, endsWithNewLogin: boolean): Promise<void> => {
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    stopping.signal.addEventListener('abort', wake);
    if (stopping.signal.aborted) wake();
    if (endsWithNewLogin) retryNow = wake;
    await o.clock.sleep(pauseMs, woken.signal).catch(() => {});
    retryNow = null;
    stopping.signal.removeEventListener('abort', wake);
  };

  const supervise = async (): Promise<void> => {
    for (;;) {
      // A retry keeps the reason of the failure before it until it records: nobody reads "starting" for an hour.
      await o.startGate.pass(stopping.signal);
      if (status.reason === null) tell('starting', null);
      const end = await attempt();
      if (end.kind === 'stopped') return;
      const pause = pauseAfter(end.failure.reason, end.recordedMs, patience, o.random);
      patience = pause.patience;
      log.warn({ ...end.failure, pauseMs: pause.pauseMs }, 'a recording was interrupted');
      tell(pause.parked ? 'parked' : 'retrying', end.failure);
      if (end.failure.reason === 'segment_too_large') {
        segmentSeconds = segmentSecondsFor(spec.segmentSeconds, end.bytesPerSecond);
      }
      await rest(pause.pauseMs, end.failure.reason === 'auth_failed');
      stopping.signal.throwIfAborted();
      if (pause.parked) tell('retrying', end.failure);
    }
  };

  const ended = supervise().catch((error: unknown) => {
    if (stopping.signal.aborted) return;
    log.error({ err: error }, 'a recorder ended by a defect');
    tell('stopped', ownFailure(error));
  });
  const stopped = async (): Promise<void> => {
    stopping.abort(new Error('the recorder was stopped'));
    await ended;
    if (status.state !== 'stopped')
      tell('stopped', { reason: 'desired_off', detail: 'Recording is switched off.' });
  };

  return {
    spec,
    status: () => status,
    stop: stopped,
    credentialsChanged: () => {
      patience = { ...patience, refusals: 0 };
      retryNow?.();
    },
  };
}
