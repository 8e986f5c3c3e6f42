import type { Credentials } from '@gantry/agent/rtsp/bridge.js';
import { join } from 'node:path';
import { startProgram, type Program } from '../support/program.js';
import { repositoryRoot } from '../support/source-files.js';
import type { Stage } from './bench.js';

/** What is measured, or must not be, runs in processes of its own: built by `tsc -b`. */
const programs = {
  cameras: 'cameras-program.js',
  recorders: 'recorders-program.js',
  relay: 'relay-program.js',
  guesses: 'guesses-program.js',
} as const;

export interface CamerasOrder {
  cameras: number;
  audio: 'aac' | null;
  /** 1: about 0.4 Mbit/s; 5: about 2. */
  picturesPerTick: number;
}
export interface CameraOffer {
  url: string;
  urlWithLogin: string;
  credentials: Credentials;
}

export interface RecordersOrder {
  cameras: readonly CameraOffer[];
  audio: 'aac' | null;
  segmentSeconds: number;
  /** With the folder `taken` in it. */
  folder: string;
}
/** Of one camera. */
export interface RecorderReport {
  sessions: number;
  durationMs: number;
}

export interface RelayOrder {
  kind: 'bridge' | 'pipe';
  cameras: readonly CameraOffer[];
}

export interface GuessesOrder {
  url: string;
  /** Whose password is guessed. */
  email: string;
  /** All at once. */
  tries: number;
  /** Address of this machine that they come from. */
  from: string;
}

interface Orders {
  cameras: CamerasOrder;
  recorders: RecordersOrder;
  relay: RelayOrder;
  guesses: GuessesOrder;
}

export const startBenchProgram = <Name extends keyof Orders>(name: Name, order: Orders[Name]): Program =>
  startProgram({
    command: [join(repositoryRoot, 'test/dist/bench', programs[name]), JSON.stringify(order)],
  });

/** Cameras until the bench is over. */
export async function startCameras(stage: Stage, order: CamerasOrder): Promise<CameraOffer[]> {
  const program = startBenchProgram('cameras', order);
  stage.atEnd(async () => void (await program.end()));
  const [line] = await program.waitFor(/^\[.*\]$/);
  return JSON.parse(line) as CameraOffer[];
}
