import { z } from 'zod';
import { streamRoles } from './camera.js';
import { cameraId } from './ids.js';
import { motionMargins, weeklySchedule } from './schedule.js';

/** Why the registry wants a camera to record or not; the most important reason wins (R14, R19). */
export const desiredReasons = [
  'recording',
  'camera_off',
  'unbound',
  'no_plan',
  'customer_disabled',
  'integrator_disabled',
  'platform_disabled',
  'mode_off',
  'released',
] as const;
export type DesiredReason = (typeof desiredReasons)[number];

export const recordingModes = ['continuous', 'motion', 'schedule', 'off'] as const;
export type RecordingMode = (typeof recordingModes)[number];

export const desiredCamera = z.strictObject({
  cameraId,
  /** The agent's own name for the camera, echoed from its inventory. */
  localId: z.string(),
  record: z.boolean(),
  reason: z.enum(desiredReasons),
  stream: z.enum(streamRoles),
  mode: z.enum(recordingModes),
  /** Target length of a segment in seconds; a cut waits for the next key frame. */
  segmentSeconds: z.int().min(1).max(300),
  /** Sent with mode `motion` only. */
  motion: motionMargins.optional(),
  /** Sent with mode `schedule` only. */
  schedule: weeklySchedule.optional(),
});
export type DesiredCamera = z.infer<typeof desiredCamera>;

/**
 * What the registry wants of an agent: always the whole, never a difference. A camera that is absent keeps
 * its last desired state: *absent* is never read as *off* (field notes, Control). Within an epoch
 * the generation only grows; a new epoch starts when the registry lost its counter.
 */
export const desiredState = z.strictObject({
  epoch: z.int().min(1),
  generation: z.int().min(0),
  cameras: z.array(desiredCamera).max(5_000),
});
export type DesiredState = z.infer<typeof desiredState>;

/** Position of an agent or registry in the sequence of desired states. */
export interface StatePosition {
  epoch: number;
  generation: number;
}

/** Negative when `a` is older than `b`, 0 when equal, positive when newer; epochs weigh more than generations. */
export function comparePositions(a: StatePosition, b: StatePosition): number {
  return a.epoch - b.epoch || a.generation - b.generation;
}

export const recorderStates = ['recording', 'starting', 'retrying', 'parked', 'stopped'] as const;
export type RecorderState = (typeof recorderStates)[number];

/** What the agent says of one camera: what is so, not what was asked. */
export const reportedCamera = z.strictObject({
  cameraId,
  state: z.enum(recorderStates),
  /** A stable code such as `desired_off`, `camera_unreachable`, `auth_failed`, `source_silent`. */
  reason: z.string().max(100).nullable(),
  /** One sentence for a person; null when the state says it all. */
  detail: z.string().max(500).nullable(),
  /** Since when the camera is in this state: agent clock, epoch ms. */
  sinceMs: z.int().min(0),
  /** The desired generation this state answers. */
  generation: z.int().min(0),
});
export type ReportedCamera = z.infer<typeof reportedCamera>;
