import { z } from 'zod';
import { accessStates, stream } from '@gantry/protocol/camera.js';
import { recorderStates } from '@gantry/protocol/state.js';

const position = z.object({ epoch: z.int(), generation: z.int() });

/** One camera as `gantry status` and `gantry cameras list` show it. */
export const cameraStatus = z.object({
  localId: z.string(),
  cameraId: z.string().nullable(),
  name: z.string(),
  kind: z.enum(['onvif', 'generic']),
  address: z.string(),
  model: z.string().nullable(),
  access: z.enum(accessStates),
  accessReason: z.string().nullable(),
  /** Main first. */
  streams: z.array(stream),
  /** The camera's clock minus the registry's, ms; null when it tells no time. */
  clockAheadMs: z.number().nullable().optional(),
  /** Its login is one that anybody can look up. */
  hasDefaultLogin: z.boolean().optional(),
  registration: z.string().nullable(),
  registrationDetail: z.string().nullable(),
  recorder: z
    .object({
      state: z.enum(recorderStates),
      reason: z.string().nullable(),
      detail: z.string().nullable(),
      sinceMs: z.number(),
    })
    .nullable(),
});
export type CameraStatus = z.infer<typeof cameraStatus>;

/** What the running agent says of itself over its local socket. Version 1. */
export const agentStatus = z.object({
  v: z.literal(1),
  pid: z.int(),
  startedAtMs: z.number(),
  agentVersion: z.string(),
  agentId: z.string(),
  agentName: z.string(),
  integratorName: z.string(),
  registryUrl: z.string(),
  uplink: z.object({
    kind: z.enum(['connecting', 'connected', 'waiting']),
    sinceMs: z.number().optional(),
    why: z.string().optional(),
    detail: z.string().optional(),
  }),
  accepted: position,
  applied: position,
  /** Registry clock minus box clock. */
  clockOffsetMs: z.number(),
  /** Null when recording is possible, else why not. */
  ffmpegProblem: z.string().nullable(),
  spool: z.object({ segments: z.int(), sizeBytes: z.int(), oldestAtMs: z.number().nullable() }),
  /** Since the start of the agent. */
  uploads: z.object({
    stored: z.int(),
    notPermitted: z.int(),
    rejected: z.int(),
    damaged: z.int(),
    retried: z.int(),
  }),
  /** Address of the on-site page; null where none is served. */
  pageUrl: z.string().nullable(),
  malformedMessages: z.int(),
  scanNotes: z.array(z.string()),
  cameras: z.array(cameraStatus),
});
export type AgentStatus = z.infer<typeof agentStatus>;

/** A person lets this box in at `url`, where the same code and words stand. */
export interface PageClaim {
  code: string;
  url: string;
  words: readonly string[];
  /** Box clock, epoch ms. */
  expiresAtMs: number;
}

/** `GET /v1/view` and `GET /v1/events`: everything the on-site page shows. */
export interface PageView {
  v: 1;
  hostname: string;
  agentVersion: string;
  /** Null before the box is enrolled. */
  status: AgentStatus | null;
  claim: PageClaim | null;
  /** Why connecting to the registry does not succeed; null: it was not tried, or it succeeds. */
  joinProblem: string | null;
  /** A join token was given and is being used. */
  isJoining: boolean;
  isSearching: boolean;
  /** QR code of the address in `claim`, a data URL; null without a claim. */
  claimQr: string | null;
}

/** `POST /v1/join` */
export const joinBox = z.strictObject({ token: z.string().min(1).max(4_000) });

/** `POST /v1/session` of the on-site page. */
export const enterPin = z.strictObject({ pin: z.string().max(20) });

/** `POST /v1/cameras` */
export const addCamera = z.strictObject({
  /** RTSP URL or address; user name and password in it are taken out and sealed. */
  url: z.string().min(1).max(2_000),
});

/** `POST /v1/logins`: for one address or `localId`, or for the whole site. */
export const setLogin = z.strictObject({
  name: z.string().min(1).max(300).nullable(),
  username: z.string().max(200),
  password: z.string().max(200),
});
export type SetLogin = z.infer<typeof setLogin>;

/** `POST /v1/search`: one more range, from now on. */
export const searchRange = z.strictObject({ range: z.string().max(18) });

/** `POST /v1/cameras/{localId}/name`; null takes the device's own name again. */
export const nameCamera = z.strictObject({ name: z.string().trim().min(1).max(200).nullable() });

/** `POST /v1/cameras/{localId}/forget` */
export const forgotten = z.object({
  /** It answers still, in a range that is searched: the next look finds it again. */
  comesBack: z.boolean(),
});
export type Forgotten = z.infer<typeof forgotten>;

/** `POST /v1/cameras/{localId}/test`: what was tried now, in order. */
export const cameraTest = z.object({
  steps: z.array(
    z.object({ what: z.enum(['login', 'main', 'sub', 'picture']), ok: z.boolean(), detail: z.string() }),
  ),
});
export type CameraTest = z.infer<typeof cameraTest>;

/** `GET /v1/logs?after=N`: the last lines the agent logged, as JSON each; `next` asks for what comes after. */
export const logLines = z.object({ lines: z.array(z.string()), next: z.int() });
export type LogLines = z.infer<typeof logLines>;

/** `GET /v1/view` as the command line reads it. */
export const localView = z.object({
  status: agentStatus.nullable(),
  claim: z.object({ code: z.string(), url: z.string(), words: z.array(z.string()) }).nullable(),
  joinProblem: z.string().nullable(),
});

/** Answer to every request that is refused. */
export const localProblem = z.object({ error: z.string() });
