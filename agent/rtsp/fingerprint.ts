import { inquire, type InquiryOptions } from './inquiry.js';
import { headerOf } from './wire.js';

export interface RtspFingerprint {
  isRtsp: boolean;
  server: string | null;
  realm: string | null;
}

/** No camera has a stream there, so the answer is a refusal that costs the camera nothing. */
const nonsensePath = '/gantry-is-anyone-there';

/**
 * Tells whether something speaks RTSP, and who it says it is: OPTIONS, then DESCRIBE of a nonsense path for the
 * realm (field note "Discovery"). Without credentials, so it can lock no account. Never throws for what a device does.
 */
export async function fingerprintRtsp(
  host: string,
  port: number,
  options: InquiryOptions,
): Promise<RtspFingerprint> {
  const base = `rtsp://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return inquire({ host, port, credentials: null }, options, async (ask, realm) => {
    const asked = await ask({ method: 'OPTIONS', uri: `${base}/` });
    if (!asked.ok) return { isRtsp: false, server: null, realm: null };
    const described = await ask({
      method: 'DESCRIBE',
      uri: `${base}${nonsensePath}`,
      headers: [['Accept', 'application/sdp']],
    });
    const refusal = described.ok ? headerOf(described.response.headers, 'Server') : null;
    return { isRtsp: true, server: headerOf(asked.response.headers, 'Server') ?? refusal, realm: realm() };
  });
}
