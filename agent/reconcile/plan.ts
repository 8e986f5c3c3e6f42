import type { CameraId } from '@gantry/protocol/ids.js';
import type { DesiredCamera } from '@gantry/protocol/state.js';
import { isScheduled } from './schedule.js';

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

/** Is a recorder to run now? In mode `motion` it always does: the pre-roll comes from what it records. */
export function isWanted(camera: DesiredCamera, atMs: number): boolean {
  if (!camera.record || camera.mode === 'off') return false;
  if (camera.mode !== 'schedule' || camera.schedule === undefined) return true;
  return isScheduled(camera.schedule, atMs);
}

/**
 * The difference between what is wanted and what runs, at most one step per camera; empty when they agree.
 * `atMs`: registry clock, for schedules. Running recorders of cameras that are not in `desired` go on: *absent* is never read as *off*.
 */
export function plan(
  desired: Iterable<DesiredCamera>,
  running: ReadonlyMap<CameraId, RecorderSpec>,
  atMs: number,
): Step[] {
  const steps: Step[] = [];
  for (const camera of desired) {
    const { cameraId } = camera;
    const now = running.get(cameraId);
    if (!isWanted(camera, atMs)) {
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
