import { z } from 'zod';
import type { PublicKey } from './enrol.js';
import { cameraId, segmentId, sessionId } from './ids.js';

/**
 * Tamper evidence: the agent signs what it recorded, and each record names the one before it on the same camera.
 * A changed byte, a missing or a moved segment shows. Registry and `gantry verify` use the functions below.
 */

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
/** ES256 as r and s, 32 bytes each (RFC 7518 §3.4), in base64url. */
const es256Signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/);

/** One link of a camera's chain, in the agent's own clock. */
export const chainRecord = z.strictObject({
  segmentId,
  cameraId,
  sessionId,
  sequence: z.int().min(0),
  startedAtMs: z.int().min(0),
  durationMs: z.int().min(1),
  clockOffsetMs: z.int(),
  /** Of the segment's bytes. */
  sha256: sha256Hex,
  /** {@link recordHash} of the record before; null where a chain begins (first segment, new data folder). */
  previous: sha256Hex.nullable(),
});
export type ChainRecord = z.infer<typeof chainRecord>;

/** `recorded`: these are the bytes. `lost`: these bytes will never arrive; the link stays, so that the chain holds. */
export const statements = ['recorded', 'lost'] as const;
export type Statement = (typeof statements)[number];

export const signedRecord = z.strictObject({
  statement: z.enum(statements),
  record: chainRecord,
  signature: es256Signature,
});
export type SignedRecord = z.infer<typeof signedRecord>;

/** What a segment carries beside its own fields, which are the rest of its record. */
export const segmentEvidence = z.strictObject({ previous: sha256Hex.nullable(), signature: es256Signature });
export type SegmentEvidence = z.infer<typeof segmentEvidence>;

/** The record of a segment, from what is told about it at upload. */
export function recordOf(
  segment: Omit<ChainRecord, 'segmentId' | 'previous'> & { id: ChainRecord['segmentId'] },
  previous: string | null,
): ChainRecord {
  const { id, cameraId, sessionId, sequence, startedAtMs, durationMs, clockOffsetMs, sha256 } = segment;
  return {
    segmentId: id,
    cameraId,
    sessionId,
    sequence,
    startedAtMs,
    durationMs,
    clockOffsetMs,
    sha256,
    previous,
  };
}

/**
 * The bytes that are signed: a line that names what they are, then the fields in a fixed order as a JSON array.
 * Ids, hex and whole numbers have one spelling in JSON, so there is one sequence of bytes per record.
 */
export function canonicalBytes(statement: Statement, record: ChainRecord): Uint8Array<ArrayBuffer> {
  const fields = [
    record.segmentId,
    record.cameraId,
    record.sessionId,
    record.sequence,
    record.startedAtMs,
    record.durationMs,
    record.clockOffsetMs,
    record.sha256,
    record.previous,
  ];
  return new TextEncoder().encode(`gantry-evidence-v1 ${statement}\n${JSON.stringify(fields)}`);
}

/** Name of a record in its successor: sha-256 of its bytes as *recorded*, also where it was lost later. */
export async function recordHash(record: ChainRecord): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', canonicalBytes('recorded', record));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const es256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Did the holder of this key sign this? False for any other bytes, key or statement; never rejects for those. */
export async function isSignedBy(key: PublicKey, signed: SignedRecord): Promise<boolean> {
  const imported = await crypto.subtle.importKey('jwk', key, es256, false, ['verify']).catch(() => null);
  if (imported === null) return false;
  const { statement, record, signature } = signed;
  return crypto.subtle.verify(es256, imported, bytesOf(signature), canonicalBytes(statement, record));
}

function bytesOf(base64Url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64Url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** What is wrong with a chain at one place of it. */
export interface ChainFault {
  kind:
    /** The signature is not the agent's. */
    | 'bad_signature'
    /** The record it names as the one before is not there: removed, or never arrived. */
    | 'missing_before'
    /** It does not follow the record that stands before it, which is there elsewhere: moved. */
    | 'out_of_order'
    /** It names the same record before it as another does: one of them was slipped in. */
    | 'forked';
  /** Position in the list that was checked. */
  index: number;
  segmentId: ChainRecord['segmentId'];
}

/**
 * Checks records that are said to be a part of one camera's chain, in order: `lost` ones included. The first record
 * may name one before the part. Empty: whole. Faults come in the order of the list.
 */
export async function chainFaults(
  records: readonly SignedRecord[],
  keyOf: (signed: SignedRecord) => PublicKey | null,
): Promise<ChainFault[]> {
  const hashes = await Promise.all(records.map(({ record }) => recordHash(record)));
  const known = new Set(hashes);
  const named = new Set<string>();
  const faults: ChainFault[] = [];
  for (const [index, signed] of records.entries()) {
    const { previous, segmentId } = signed.record;
    const key = keyOf(signed);
    if (key === null || !(await isSignedBy(key, signed))) {
      faults.push({ kind: 'bad_signature', index, segmentId });
    }
    if (previous !== null && named.has(previous)) faults.push({ kind: 'forked', index, segmentId });
    else if (index > 0 && previous !== null && previous !== hashes[index - 1]) {
      faults.push({ kind: known.has(previous) ? 'out_of_order' : 'missing_before', index, segmentId });
    }
    if (previous !== null) named.add(previous);
  }
  return faults;
}
