import type { Credentials } from './cameras/credentials.js';
import { normaliseRtspUrl, parseRtspUrl, RtspUrlError } from './rtsp/url.js';

/**
 * A camera's address as a person gives it, without its login. `192.168.1.20` or `192.168.1.20:8554` stands for the
 * device there, whose path is looked for. Throws a RangeError that never repeats the text: it may hold a password.
 */
export function readCameraAddress(text: string): { url: string; credentials: Credentials | null } {
  const isBare = /^[\w.-]+(:\d{1,5})?$/.test(text);
  try {
    const { url, credentials } = parseRtspUrl(isBare ? `rtsp://${text}/` : text);
    return { url: normaliseRtspUrl(url), credentials };
  } catch (error) {
    if (error instanceof RtspUrlError)
      throw new RangeError(`This camera address cannot be used: ${error.message}.`);
    throw error;
  }
}
