import { problem, problemKinds } from '@gantry/protocol/errors.js';
import { segmentReceipt, type SegmentMeta } from '@gantry/protocol/segment.js';

/** What an upload came to. Only `retry` leaves the segment where it is. */
export type UploadVerdict =
  | { kind: 'stored' }
  /** Nothing may be recorded for its time: the agent's copy is deleted (R18). */
  | { kind: 'not_permitted'; detail: string }
  /** Refused for good. */
  | { kind: 'rejected'; detail: string }
  /** The file is gone or its bytes are no longer those recorded. */
  | { kind: 'damaged'; detail: string }
  | { kind: 'retry'; detail: string };

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Statuses that speak of the connection, the login or the moment, never of the segment. */
const passing = new Set([401, 403, 408, 425, 429]);

/**
 * Reads the registry's answer to an upload. Only what provably comes from the registry is definitive: a success must
 * echo id and digest, a refusal must be one of the protocol's problems. A captive portal's 200 or a
 * proxy's 404 costs a retry, never footage.
 */
export function judgeAnswer(
  status: number,
  body: string,
  meta: Pick<SegmentMeta, 'id' | 'sha256'>,
): UploadVerdict {
  if (status === 200 || status === 201) {
    const receipt = segmentReceipt.safeParse(json(body));
    const isOurs = receipt.success && receipt.data.id === meta.id && receipt.data.sha256 === meta.sha256;
    return isOurs
      ? { kind: 'stored' }
      : { kind: 'retry', detail: `The answer ${status} does not echo the segment's id and digest.` };
  }
  const told = problem.safeParse(json(body));
  if (!told.success) return { kind: 'retry', detail: `The registry answered ${status}.` };
  const { code, detail } = told.data;
  if (code === 'recording_not_permitted') return { kind: 'not_permitted', detail };
  const isDefinitive = status >= 400 && status < 500 && !passing.has(status) && !problemKinds[code].retry;
  return { kind: isDefinitive ? 'rejected' : 'retry', detail: `${status} ${code}: ${detail}` };
}
