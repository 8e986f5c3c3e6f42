import { accessStates, stream, streamRoles } from '@gantry/protocol/camera.js';
import { motionMargins, weeklySchedule } from '@gantry/protocol/schedule.js';
import { desiredReasons, recorderStates, recordingModes } from '@gantry/protocol/state.js';
import { z } from '@hono/zod-openapi';
import { lastSeenOf, reportOf, type CameraView } from '../cameras/list.js';
import { chips } from '../cameras/status.js';
import { presences } from '../db/schema/agents.js';
import { time } from './api.js';

/** In the time on the wall at the camera's holder. */
export const scheduleWindows = weeklySchedule.shape.windows
  .nullable()
  .openapi({ example: [{ days: [1, 2, 3, 4, 5], from: '18:00', to: '07:00' }] });

const named = z.object({ id: z.string(), name: z.string() });

/** A camera as the API shows it. */
export const camera = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['onvif', 'generic']),
    /** 1-based video source behind the device's address. */
    channel: z.int(),
    manufacturer: z.string().nullable(),
    model: z.string().nullable(),
    firmware: z.string().nullable(),
    serial: z.string().nullable(),
    /** As its agent sees it; never an identity. */
    address: z.string(),
    access: z.enum(accessStates),
    accessReason: z.string().nullable(),
    streams: z.array(stream),
    agent: named.extend({ presence: z.enum(presences) }),
    /** Null while it waits in the inbox. */
    customer: named.nullable(),
    plan: named.nullable(),
    boundAt: time.nullable(),
    /** Own switch, and who switched it off. */
    enabled: z.boolean(),
    switchedOffBy: z.enum(['integrator', 'customer']).nullable(),
    recording: z.object({
      mode: z.enum(recordingModes),
      retentionDays: z.int(),
      stream: z.enum(streamRoles),
      /** Of mode `motion`; null: the usual margins. */
      motion: motionMargins.nullable(),
      /** Of mode `schedule`, in the holder's time zone; null: always. */
      scheduleWindows,
    }),
    /** What the registry wants. */
    desired: z.object({ record: z.boolean(), reason: z.enum(desiredReasons) }),
    /** What the agent last said is so; null until it did. */
    reported: z
      .object({
        state: z.enum(recorderStates),
        reason: z.string().nullable(),
        detail: z.string().nullable(),
        since: time.nullable(),
        generation: z.int(),
      })
      .nullable(),
    /** Both in one word and one line, with the reason. */
    status: z.object({ chip: z.enum(chips), sentence: z.string() }),
    /** Why a person must decide who this camera is. */
    conflict: z.string().nullable(),
    /** Since when its agent does not find it any more. */
    missingSince: time.nullable(),
    /** When it was last known to be there; null before its agent was heard. */
    lastSeenAt: time.nullable(),
    snapshotAt: time.nullable(),
    /** Words to find it by. */
    tags: z.array(z.string()),
    version: z.int(),
    createdAt: time,
  })
  .openapi('Camera');

export function cameraToJson(view: CameraView): z.infer<typeof camera> {
  const { camera: row, customerName, planName, agent, wish, status } = view;
  const report = reportOf(row);
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    channel: row.channel,
    manufacturer: row.manufacturer,
    model: row.model,
    firmware: row.firmware,
    serial: row.serial,
    address: row.address,
    access: row.access,
    accessReason: row.accessReason,
    streams: row.streams,
    agent: { id: agent.id, name: agent.name, presence: agent.presence },
    customer: row.customerId === null ? null : { id: row.customerId, name: customerName ?? '' },
    plan: row.planId === null ? null : { id: row.planId, name: planName ?? '' },
    boundAt: row.boundAt?.toISOString() ?? null,
    enabled: row.enabled,
    switchedOffBy: row.switchedOffBy,
    recording: {
      mode: row.mode,
      retentionDays: row.retentionDays,
      stream: row.stream,
      motion: row.motion,
      scheduleWindows: row.scheduleWindows,
    },
    desired: { record: wish.record, reason: wish.reason },
    reported: report === null ? null : { ...report, since: report.since?.toISOString() ?? null },
    status,
    conflict: row.conflict,
    missingSince: row.missingSince?.toISOString() ?? null,
    lastSeenAt: lastSeenOf(view)?.toISOString() ?? null,
    snapshotAt: row.snapshotAt?.toISOString() ?? null,
    tags: row.tags,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
  };
}
