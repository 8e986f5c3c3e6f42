import { z } from 'zod';
import { inventoryCamera, registration } from './camera.js';
import { signedRecord } from './evidence.js';
import { gap } from './gap.js';
import { liveTold, liveWish } from './live.js';
import { setupAnswer, setupRequest } from './setup.js';
import { desiredCamera, reportedCamera } from './state.js';

/** Largest MQTT payload either side sends or takes, bytes (design §7). */
export const maxPayloadBytes = 64 * 1024;

/** Version of the wire. Additions keep it; a change of meaning raises it and the topic's first level. */
export const protocolVersion = 1;

/** Random name of one MQTT connection (session) or one start of the agent's process (boot). */
const nonce = z.string().min(8).max(64);
const position = { epoch: z.int().min(0), generation: z.int().min(0) };
const part = {
  /** 1-based; a document larger than one payload is sent as `parts` messages. */
  part: z.int().min(1).max(1_000),
  parts: z.int().min(1).max(1_000),
};
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** Agent → registry, first message of every connection. `accepted`: persisted; `applied`: in effect. */
export const birth = z.strictObject({
  session: nonce,
  bootId: nonce,
  /** How often the agent was started with this key; a copy of its disk counts less. Absent: it does not count. */
  bootCount: z.int().min(0).optional(),
  sentAtMs: z.int(),
  protocolVersion: z.int().min(1),
  agentVersion: z.string().max(50),
  hostname: z.string().max(253),
  platform: z.string().max(100),
  accepted: z.strictObject(position),
  applied: z.strictObject(position),
  inventoryHash: hash.nullable(),
});

/** Published by the broker as the agent's last will, or by the agent when it stops in order. */
export const death = z.strictObject({ session: nonce, reason: z.enum(['lost', 'stopped']) });

/** Agent → registry every 15 s. */
export const heartbeat = z.strictObject({
  session: nonce,
  sentAtMs: z.int(),
  accepted: z.strictObject(position),
  applied: z.strictObject(position),
  inventoryHash: hash.nullable(),
  spool: z.strictObject({
    segments: z.int().min(0),
    sizeBytes: z.int().min(0),
    oldestAtMs: z.int().nullable(),
  }),
});

/** Agent → registry: the whole list of the site's cameras, in parts. */
export const inventory = z.strictObject({
  session: nonce,
  inventoryId: nonce,
  /** sha-256 over the canonical JSON of all parts' cameras; equal hash, nothing to do. */
  hash,
  ...part,
  cameras: z.array(inventoryCamera).max(500),
});

/** Agent → registry: what is so, for all cameras the agent has a desired state for, in parts. */
export const reported = z.strictObject({
  session: nonce,
  reportId: nonce,
  sentAtMs: z.int(),
  applied: z.strictObject(position),
  ...part,
  cameras: z.array(reportedCamera).max(500),
});

/** Agent → registry: something a person may want to know. */
export const agentEvent = z.strictObject({
  session: nonce,
  eventId: nonce,
  atMs: z.int(),
  kind: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/),
  cameraId: z.string().nullable(),
  detail: z.string().max(1_000),
});

/**
 * Agent → registry: times without recording, and links of chains whose bytes will never arrive. Repeated until it is
 * acknowledged; taking it twice changes nothing.
 */
export const gaps = z.strictObject({
  session: nonce,
  batchId: nonce,
  gaps: z.array(gap).max(200),
  lost: z.array(signedRecord).max(100),
});

/** Registry → agent: a desired state, in parts; applied only when all parts of one generation are here. */
export const desired = z.strictObject({
  epoch: z.int().min(1),
  generation: z.int().min(0),
  ...part,
  cameras: z.array(desiredCamera).max(500),
});

/** Registry → agent: please do this now. Never a command to record: recording follows desired state. */
export const request = z.strictObject({
  requestId: nonce,
  kind: z.enum(['inventory', 'reported', 'rescan', 'snapshot']),
  cameraId: z.string().nullable(),
});

/** Registry → agent after commit: application-level acknowledgement; PUBACK promises nothing (design §5). */
export const ack = z.discriminatedUnion('of', [
  z.strictObject({
    of: z.literal('birth'),
    session: nonce,
    /** Echo of the message's `sentAtMs` and the registry's clock: the agent measures its offset with them. */
    sentAtMs: z.int(),
    atMs: z.int(),
    inventoryHash: hash.nullable(),
  }),
  z.strictObject({
    of: z.literal('heartbeat'),
    session: nonce,
    sentAtMs: z.int(),
    atMs: z.int(),
    inventoryHash: hash.nullable(),
  }),
  z.strictObject({
    of: z.literal('inventory'),
    inventoryId: nonce,
    ...part,
    results: z.array(registration),
  }),
  z.strictObject({ of: z.literal('reported'), reportId: nonce, ...part }),
  z.strictObject({ of: z.literal('event'), eventId: nonce }),
  z.strictObject({ of: z.literal('gaps'), batchId: nonce }),
]);

export const uplinkMessages = {
  birth,
  death,
  heartbeat,
  inventory,
  reported,
  event: agentEvent,
  gaps,
  live: liveTold,
  setup: setupAnswer,
} as const;
export const downlinkMessages = { desired, request, ack, live: liveWish, setup: setupRequest } as const;

export type Birth = z.infer<typeof birth>;
export type Death = z.infer<typeof death>;
export type Heartbeat = z.infer<typeof heartbeat>;
export type Inventory = z.infer<typeof inventory>;
export type Reported = z.infer<typeof reported>;
export type AgentEvent = z.infer<typeof agentEvent>;
export type Gaps = z.infer<typeof gaps>;
export type Desired = z.infer<typeof desired>;
export type Request = z.infer<typeof request>;
export type Ack = z.infer<typeof ack>;
export type UplinkKind = keyof typeof uplinkMessages;
export type DownlinkKind = keyof typeof downlinkMessages;
export type UplinkMessage<Kind extends UplinkKind> = z.infer<(typeof uplinkMessages)[Kind]>;
export type DownlinkMessage<Kind extends DownlinkKind> = z.infer<(typeof downlinkMessages)[Kind]>;

/** What a received payload turned out to be. `why` names the first fault, never the payload's content. */
export type Decoded<Message> = { ok: true; message: Message } | { ok: false; why: string };

/** Parses a payload at the door: size, UTF-8, JSON, schema. Never throws. */
export function decodePayload<Message>(schema: z.ZodType<Message>, payload: Uint8Array): Decoded<Message> {
  if (payload.byteLength > maxPayloadBytes) {
    return { ok: false, why: `payload of ${payload.byteLength} bytes is over ${maxPayloadBytes}` };
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return { ok: false, why: 'payload is not JSON in UTF-8' };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, message: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, why: `${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'does not fit'}` };
}

/** The inverse of {@link decodePayload}. Throws a RangeError when the message must be split first. */
export function encodePayload(message: unknown): Uint8Array {
  const payload = new TextEncoder().encode(JSON.stringify(message));
  if (payload.byteLength > maxPayloadBytes) {
    throw new RangeError(
      `payload of ${payload.byteLength} bytes is over ${maxPayloadBytes}: split it into parts`,
    );
  }
  return payload;
}

/**
 * Splits a list so that each part's JSON stays under `budgetBytes`; at least one part, order kept.
 * Room for the envelope (ids, hashes, counters) is the caller's: the default leaves 4 KiB.
 */
export function splitIntoParts<Item>(
  items: readonly Item[],
  budgetBytes = maxPayloadBytes - 4_096,
): Item[][] {
  const parts: Item[][] = [[]];
  const encoder = new TextEncoder();
  let used = 0;
  for (const item of items) {
    const size = encoder.encode(JSON.stringify(item)).byteLength + 1;
    const last = parts[parts.length - 1] as Item[];
    if (last.length > 0 && (used + size > budgetBytes || last.length === 500)) {
      parts.push([item]);
      used = size;
    } else {
      last.push(item);
      used += size;
    }
  }
  return parts;
}
