import type { Credentials } from '../digest-auth.js';
import { describeRtsp, type RtspDescription, type RtspOutcome } from './describe.js';
import type { InquiryOptions } from './inquiry.js';
import { candidatePaths } from './vendor-paths.js';

export interface ProbedStream {
  url: string;
  description: RtspDescription;
}

export type ProbeResult =
  | { outcome: 'found'; main: ProbedStream; sub: ProbedStream | null; attempts: number }
  | { outcome: Exclude<RtspOutcome, 'ok'>; detail: string; attempts: number };

export interface ProbeOptions extends InquiryOptions {
  host: string;
  port: number;
  credentials: Credentials | null;
  /** What the device says about itself: manufacturer, model, Server header, realm. */
  hints: readonly (string | null)[];
  /** 1-based. */
  channel: number;
  attemptsMax: number;
}

/**
 * Looks for the streams of a device that offers no ONVIF, one path after the other. Stops at the first answer that
 * more paths cannot better: above all at a rejected login, as the account would be locked (Q43).
 * `timeoutMs` is for each attempt. Never throws for what a camera does.
 */
export async function probePaths(options: ProbeOptions): Promise<ProbeResult> {
  const { host, port, credentials, hints, channel, attemptsMax } = options;
  const base = `rtsp://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const describe = async (path: string): Promise<ProbedStream> => ({
    url: `${base}${path}`,
    description: await describeRtsp(`${base}${path}`, credentials, options),
  });
  let attempts = 0;
  for (const { main: mainPath, sub: subPath } of candidatePaths(hints, channel, credentials)) {
    if (attempts >= attemptsMax) break;
    attempts += 1;
    const main = await describe(mainPath);
    const { outcome, detail } = main.description;
    if (outcome === 'not_found' || outcome === 'refused') continue;
    if (outcome !== 'ok') return { outcome, detail, attempts };
    if (subPath === null || attempts >= attemptsMax) return { outcome: 'found', main, sub: null, attempts };
    attempts += 1;
    const sub = await describe(subPath);
    return { outcome: 'found', main, sub: sub.description.outcome === 'ok' ? sub : null, attempts };
  }
  const detail = `none of the ${attempts} paths tried has a stream; enter the RTSP address from the camera's manual`;
  return { outcome: 'not_found', detail, attempts };
}
