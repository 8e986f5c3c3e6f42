import type { Credentials } from '../digest-auth.js';
import { inquire, type InquiryOptions } from './inquiry.js';
import { judgeAnswer, type RtspOutcome } from './outcome.js';
import { contentBase, parseSdp, type RtspTrack } from './sdp.js';
import { readTarget, RtspUrlError } from './url.js';
import { headerOf } from './wire.js';

export type { Credentials, RtspOutcome, RtspTrack };

export interface RtspDescription {
  outcome: RtspOutcome;
  /** One sentence for a person; no URL, no credentials. */
  detail: string;
  tracks: RtspTrack[];
  server: string | null;
  realm: string | null;
}

/**
 * Asks a camera what a stream consists of (RTSP DESCRIBE). Never throws for what a camera does; sends the
 * credentials at most once, and only to the host in `url`: redirects are refused.
 */
export async function describeRtsp(
  url: string,
  credentials: Credentials | null,
  options: InquiryOptions,
): Promise<RtspDescription> {
  const target = readTarget(url);
  if (target instanceof RtspUrlError) {
    return { outcome: 'protocol_error', detail: target.message, tracks: [], server: null, realm: null };
  }
  const visit = { host: target.host, port: target.port, credentials };
  const { answer, realm } = await inquire(visit, options, async (ask, realmNow) => ({
    answer: await ask({ method: 'DESCRIBE', uri: target.uri, headers: [['Accept', 'application/sdp']] }),
    realm: realmNow(),
  }));
  const { outcome, detail } = judgeAnswer(answer, credentials !== null);
  if (!answer.ok) return { outcome, detail, tracks: [], server: null, realm };
  const { headers, body } = answer.response;
  const facts = { server: headerOf(headers, 'Server'), realm };
  if (outcome !== 'ok') return { outcome, detail, tracks: [], ...facts };
  const { tracks } = parseSdp(body.toString('utf8'), contentBase(target.uri, headers));
  if (tracks.length > 0) return { outcome, detail, tracks, ...facts };
  return { outcome: 'protocol_error', detail: 'the camera describes no video or audio', tracks, ...facts };
}
