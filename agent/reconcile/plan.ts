import type { CameraId } from '@gantry/protocol/ids.js';
import type { DesiredCamera } from '@gantry/protocol/state.js';

/** What one recorder records: a change of any field means another recorder. */
export interface RecorderSpec {
  cameraId: CameraId;
  stream: 'main' | 'sub';
  segmentSeconds: number;
}

export type Step =
  | { kind: 'start'; cameraId: CameraId; spec: RecorderSpec }
  | { kind: 'stop'; cameraId: CameraId }
  | { kind: 'restart'; cameraId: CameraId; spec: RecorderSpec };
export type StepKind = Step['kind'];

/**
 * The difference between what is wanted and what runs, at most one step per camera; empty when they agree.
 * Running recorders of cameras that are not in `desired` go on: *absent* is never read as *off*.
 */
export function plan(desired: Iterable<DesiredCamera>, running: ReadonlyMap<CameraId, RecorderSpec>): Step[] {
  const steps: Step[] = [];
  for (const camera of desired) {
    const { cameraId } = camera;
    const now = running.get(cameraId);
    if (!camera.record) {
      if (now) steps.push({ kind: 'stop', cameraId });
      continue;
    }
    const spec: RecorderSpec = { cameraId, stream: camera.stream, segmentSeconds: camera.segmentSeconds };
    if (!now) steps.push({ kind: 'start', cameraId, spec });
    else if (now.stream !== spec.stream || now.segmentSeconds !== spec.segmentSeconds) {
      steps.push({ kind: 'restart', cameraId, spec });
    }
  }
  return steps;
}
