import { systemClock } from '@gantry/agent/clock.js';
import { createLog } from '@gantry/agent/log.js';
import { startRecorder } from '@gantry/agent/recorder/recorder.js';
import type { FinishedSegment } from '@gantry/agent/recorder/spec.js';
import { createStartGate } from '@gantry/agent/recorder/start-gate.js';
import { startRtspBridge } from '@gantry/agent/rtsp/bridge.js';
import type { CameraId } from '@gantry/protocol/ids.js';
import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { mint } from './rows.js';
import type { RecorderReport, RecordersOrder } from './programs.js';

/**
 * The agent's recorders and bridge, alone in a process. Argument: a `RecordersOrder` as JSON; prints `recording` when
 * every camera is recorded; on SIGTERM stops in order, prints a `RecorderReport[]` and ends.
 */
const order = JSON.parse(process.argv[2] ?? '') as RecordersOrder;
const log = createLog({ level: 'warn' });
const bridge = await startRtspBridge({ clock: systemClock, log });
const startGate = createStartGate({ clock: systemClock, startsPerSecond: 8 });
const segments: FinishedSegment[] = [];
const recording = new Set<CameraId>();
let told = false;
const recorders = order.cameras.map((camera) =>
  startRecorder(
    { cameraId: mint('camera'), stream: 'main', segmentSeconds: order.segmentSeconds },
    {
      openSource: async () => ({
        ...bridge.open({ url: camera.url, credentials: camera.credentials }),
        video: 'h264',
        audio: order.audio,
      }),
      folder: join(order.folder, 'recorders'),
      checkDisk: async () => undefined,
      onSegment: async (segment) => {
        await rename(segment.file, join(order.folder, 'taken', basename(segment.file)));
        segments.push(segment);
      },
      onStatus: (cameraId, status) => {
        if (status.state === 'recording') recording.add(cameraId);
        if (recording.size < order.cameras.length || told) return;
        told = true;
        process.stdout.write('recording\n');
      },
      registryNowMs: Date.now,
      placedToMs: () => null,
      startGate,
      clock: systemClock,
      random: Math.random,
      log,
      newSessionId: () => mint('session'),
    },
  ),
);
await new Promise((resolve) => process.once('SIGTERM', resolve));
await Promise.all(recorders.map((recorder) => recorder.stop()));
await bridge.close();
const report = recorders.map((recorder): RecorderReport => {
  const own = segments.filter((segment) => segment.cameraId === recorder.spec.cameraId);
  return {
    sessions: new Set(own.map((segment) => segment.sessionId)).size,
    durationMs: own.reduce((sum, segment) => sum + segment.durationMs, 0),
  };
});
process.stdout.write(`${JSON.stringify(report)}\n`);
