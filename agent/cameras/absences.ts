import type { IdentityKey } from '@gantry/protocol/camera.js';
import type { SiteDevice } from './site-device.js';

/** Field note "Identity and addresses". */
export const searchAfterMs = 180_000;
const searchAgainMs = 600_000;

/** Ids that name a device wherever it stands; a URL does not. */
export const strongKeys = (keys: readonly IdentityKey[]): IdentityKey[] =>
  keys.filter(({ kind }) => kind !== 'url');

/** Since when devices have not answered, and when each is worth a search of its own. */
export interface Absences {
  /**
   * Devices to search for now: gone for more than three minutes and known by a strong id; each again after ten. To be
   * asked after every look at the site.
   */
  due(devices: readonly SiteDevice[], nowMs: number): SiteDevice[];
}

export function createAbsences(afterMs: number = searchAfterMs): Absences {
  const searchAtMs = new Map<string, number>();
  return {
    due(devices, nowMs) {
      const gone = devices.filter(({ access }) => access === 'unreachable');
      const names = new Set(gone.map(({ deviceId }) => deviceId));
      for (const deviceId of searchAtMs.keys()) if (!names.has(deviceId)) searchAtMs.delete(deviceId);
      return gone.filter(({ deviceId, keys, onvifUrls }) => {
        const dueAtMs = searchAtMs.get(deviceId);
        if (dueAtMs === undefined) searchAtMs.set(deviceId, nowMs + afterMs);
        const isDue = (dueAtMs ?? nowMs + afterMs) <= nowMs;
        if (isDue) searchAtMs.set(deviceId, nowMs + searchAgainMs);
        return isDue && onvifUrls.length > 0 && strongKeys(keys).length > 0;
      });
    },
  };
}

/** The same services at another address. */
export function movedUrls(urls: readonly string[], address: string): string[] {
  return urls.flatMap((text) => {
    if (!URL.canParse(text)) return [];
    const url = new URL(text);
    url.hostname = address;
    return [url.href];
  });
}
