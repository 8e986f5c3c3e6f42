import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '@gantry/agent/clock.js';
import { createLog } from '@gantry/agent/log.js';
import { startRecorder, type Recorder } from '@gantry/agent/recorder/recorder.js';
import type {
  FinishedSegment,
  RecorderSpec,
  RecorderStatus,
  StreamSource,
} from '@gantry/agent/recorder/spec.js';
import { createStartGate } from '@gantry/agent/recorder/start-gate.js';
import { startRtspBridge } from '@gantry/agent/rtsp/bridge.js';
import { newId, type CameraId, type SessionId } from '@gantry/protocol/ids.js';
import { startVirtualCamera, type VirtualCamera } from '../../support/cameras/camera.js';
import type { VirtualCameraOptions } from '../../support/cameras/camera-options.js';

const run = promisify(execFile);

export const quietLog = createLog({ level: 'silent' });
export const newCameraId = (): CameraId => newId('camera', Date.now(), (bytes) => randomFillSync(bytes));
export const newSessionId = (): SessionId => newId('session', Date.now(), (bytes) => randomFillSync(bytes));

/** One virtual camera behind the agent's own bridge, and what its recorder hands over. */
export interface Rig {
  camera: VirtualCamera;
  /** Root of the recorders' folders. */
  folder: string;
  segments: FinishedSegment[];
  statuses: RecorderStatus[];
  /** What the recorder logs in with. */
  login: { username: string; password: string };
  record(
    spec?: Partial<RecorderSpec>,
    onSegment?: (segment: FinishedSegment) => Promise<void>,
    onStatus?: (cameraId: CameraId, status: RecorderStatus) => void,
  ): Recorder;
  /** The recorders' own clock minus this machine's; ffmpeg keeps to the machine's. */
  aheadMs: number;
  onSegment(segment: FinishedSegment): Promise<void>;
  /** Ids of the ffmpeg processes that write under `folder`. */
  ffmpegs(): Promise<number[]>;
  stopAll(): Promise<void>;
  close(): Promise<void>;
}

/** `disk`: where its folders are. Their path holds what paths of users hold: a space and a percent sign. */
export async function setUpRig(options: Partial<VirtualCameraOptions> = {}, disk?: string): Promise<Rig> {
  const root = await mkdtemp(join(disk ?? tmpdir(), 'gantry recorder %d-'));
  const folder = join(root, 'recorders');
  const taken = join(root, 'taken');
  await mkdir(taken);
  const camera = await startVirtualCamera({
    kind: 'generic',
    address: '127.0.0.1',
    discovery: false,
    ...options,
  });
  const bridge = await startRtspBridge({ clock: systemClock, log: quietLog, connectTimeoutMs: 3_000 });
  const startGate = createStartGate({ clock: systemClock, startsPerSecond: 4 });
  const recorders: Recorder[] = [];
  const segments: FinishedSegment[] = [];
  const statuses: RecorderStatus[] = [];
  const onSegment = async (segment: FinishedSegment): Promise<void> => {
    const file = join(taken, basename(segment.file));
    await rename(segment.file, file);
    segments.push({ ...segment, file });
  };
  const login = { username: camera.username, password: camera.password };
  const openSource = async (): Promise<StreamSource> => {
    const stream = bridge.open({ url: camera.rtspUrl(), credentials: { ...login } });
    const { video = 'h264', audio = 'pcmu' } = options;
    return { ...stream, video, audio };
  };
  const stopAll = async (): Promise<void> => {
    await Promise.all(recorders.map((recorder) => recorder.stop()));
  };
  const clock = { ...systemClock, wallMs: () => Date.now() + rig.aheadMs };
  const rig: Rig = {
    camera,
    folder,
    segments,
    statuses,
    login,
    onSegment,
    record: (spec = {}, takeSegment = onSegment, onStatus = () => undefined) => {
      const recorder = startRecorder(
        { cameraId: newCameraId(), stream: 'main', segmentSeconds: 2, ...spec },
        {
          openSource,
          checkDisk: async () => undefined,
          folder,
          onSegment: takeSegment,
          onStatus: (cameraId, status) => {
            statuses.push(status);
            onStatus(cameraId, status);
          },
          registryNowMs: Date.now,
          placedToMs: () => null,
          startGate,
          clock,
          random: () => 0.1,
          log: quietLog,
          newSessionId,
        },
      );
      recorders.push(recorder);
      return recorder;
    },
    aheadMs: 0,
    ffmpegs: () => processesNaming(folder.replaceAll('%', '%%')),
    stopAll,
    close: async () => {
      await stopAll();
      await bridge.close();
      await camera.close();
      await rm(root, { recursive: true, force: true });
    },
  };
  return rig;
}

async function processesNaming(text: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return pids
    .filter((_pid, index) => /^\S*ffmpeg\0/.test(lines[index] ?? '') && lines[index]?.includes(text))
    .map(Number);
}

export interface Probe {
  streams: { type: string; codec: string; tag: string; packets: number; sampleRate: number | null }[];
  /** From the first to the end of the last video packet. */
  videoMs: number;
}

/** Reads a whole file with ffprobe; rejects when anything in it cannot be read. */
export async function probe(file: string): Promise<Probe> {
  const entries = 'stream=codec_type,codec_name,codec_tag_string,nb_read_packets,duration,sample_rate';
  const { stdout, stderr } = await run('ffprobe', [
    '-v',
    'warning',
    '-count_packets',
    '-show_entries',
    entries,
    '-of',
    'json',
    file,
  ]);
  if (stderr) throw new Error(`${file}: ${stderr}`);
  const { streams } = JSON.parse(stdout) as { streams: Record<string, string>[] };
  const video = streams.find((stream) => stream['codec_type'] === 'video');
  return {
    streams: streams.map((stream) => ({
      type: stream['codec_type'] ?? '',
      codec: stream['codec_name'] ?? '',
      tag: stream['codec_tag_string'] ?? '',
      packets: Number(stream['nb_read_packets']),
      sampleRate: stream['sample_rate'] === undefined ? null : Number(stream['sample_rate']),
    })),
    videoMs: Number(video?.['duration']) * 1_000,
  };
}

/** Every size that a player sees while it decodes the whole file. */
export async function pictureSizes(file: string): Promise<string[]> {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v', '-show_entries', 'frame=width,height', '-of', 'csv=p=0:s=x'],
    file,
  ]);
  return [...new Set(stdout.split(/\s+/).map((line) => line.replace(/x$/, '')))].filter(
    (line) => line !== '',
  );
}

/** The gaps between neighbours of one session, ms; a missing segment is NaN. */
export function seams(segments: readonly FinishedSegment[]): number[] {
  return segments.slice(1).map((segment, index) => {
    const before = segments[index];
    if (!before || before.sequence + 1 !== segment.sequence) return Number.NaN;
    return segment.startedAtMs - (before.startedAtMs + before.durationMs);
  });
}
