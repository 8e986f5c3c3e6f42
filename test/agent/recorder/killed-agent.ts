/**
 * A recording process that a test kills: records one stream until it dies and prints what it hands over. It takes the
 * registry's clock for `aheadMs` ahead.
 */
import { argv } from 'node:process';
import { systemClock } from '@gantry/agent/clock.js';
import { startRecorder } from '@gantry/agent/recorder/recorder.js';
import { createStartGate } from '@gantry/agent/recorder/start-gate.js';
import { openSpool } from '@gantry/agent/spool/spool.js';
import { newId, cameraId as cameraIdSchema } from '@gantry/protocol/ids.js';
import { randomFillSync } from 'node:crypto';
import { createLog } from '@gantry/agent/log.js';
import { unsigned } from '../spool/spooling.js';

const [, , url = '', folder = '', spoolFolder = '', cameraId = '', aheadMs = '0'] = argv;
const log = createLog({ level: 'silent' });
const random = (bytes: Uint8Array): Uint8Array => randomFillSync(bytes);
const spool = await openSpool({
  folder: spoolFolder,
  maxBytes: 1e9,
  newSegmentId: () => newId('segment', Date.now(), random),
  onLost: async () => {},
  chain: unsigned,
  checkDisk: async () => undefined,
  log,
});
// The stream needs no login, so no bridge stands between: bytes are taken as flowing.
startRecorder(
  { cameraId: cameraIdSchema.parse(cameraId), stream: 'main', segmentSeconds: 2 },
  {
    openSource: () =>
      Promise.resolve({
        url,
        video: 'h264',
        audio: null,
        bytesReceived: () => 1,
        lastByteAtMonotonicMs: () => performance.now(),
        failure: () => null,
        close: () => Promise.resolve(),
      }),
    checkDisk: async () => undefined,
    folder,
    onSegment: async (segment) => {
      const meta = await spool.add(segment);
      console.log(`spooled ${meta?.sequence}`);
    },
    onStatus: (_cameraId, status) => console.log(status.state),
    registryNowMs: () => Date.now() + Number(aheadMs),
    placedToMs: () => null,
    startGate: createStartGate({ clock: systemClock, startsPerSecond: 4 }),
    clock: systemClock,
    random: Math.random,
    log,
    newSessionId: () => newId('session', Date.now(), random),
  },
);
