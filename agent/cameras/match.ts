import type { IdentityKey } from '@gantry/protocol/camera.js';
import type { SeenDevice, SiteDevice } from './site-device.js';

type KeyKind = IdentityKey['kind'];

const valuesOf = (keys: readonly IdentityKey[], kind: KeyKind): string[] =>
  keys.filter((key) => key.kind === kind).map(({ value }) => value);

const strongKinds = ['endpoint', 'mac', 'serial'] as const satisfies readonly KeyKind[];
type StrongKind = (typeof strongKinds)[number];

/** In which kinds two sets of keys name the same device, and in which they name two. */
export function compareKeys(a: readonly IdentityKey[], b: readonly IdentityKey[]) {
  const equal: StrongKind[] = [];
  const different: StrongKind[] = [];
  for (const kind of strongKinds) {
    const [ours, theirs] = [valuesOf(a, kind), valuesOf(b, kind)];
    if (ours.length === 0 || theirs.length === 0) continue;
    (ours.some((value) => theirs.includes(value)) ? equal : different).push(kind);
  }
  return { equal, different };
}

/**
 * Which known device is the one just seen, or null for a newcomer (R37): a strong key is equal and none
 * contradicts. `liveElsewhere` says that a known device answers at another place at this very time: then one
 * equal key may be shared or fake, and two are needed.
 */
export function matchDevice(
  devices: readonly SiteDevice[],
  seen: SeenDevice,
  liveElsewhere: (device: SiteDevice) => boolean,
): SiteDevice | null {
  return seen.kind === 'generic' ? matchGeneric(devices, seen) : matchOnvif(devices, seen, liveElsewhere);
}

function matchOnvif(
  devices: readonly SiteDevice[],
  seen: SeenDevice,
  liveElsewhere: (device: SiteDevice) => boolean,
): SiteDevice | null {
  const known = devices.filter(({ kind }) => kind === 'onvif');
  for (const strongest of strongKinds) {
    const found = known.find((device) => {
      const { equal, different } = compareKeys(device.keys, seen.keys);
      if (equal[0] !== strongest) return false;
      if (liveElsewhere(device)) return different.length === 0 && equal.length > 1;
      return different.length === 0 || (device.place === seen.place && isPartlyChanged(equal, different));
    });
    if (found) return found;
  }
  // Nothing to compare: the place is all there is, as for a device that says nothing before a login.
  return (
    known.find((device) => {
      const { equal, different } = compareKeys(device.keys, seen.keys);
      return device.place === seen.place && equal.length === 0 && different.length === 0;
    }) ?? null
  );
}

/** Some endpoint references change with every restart, some serials with a firmware; a MAC address does not. */
const isPartlyChanged = (equal: readonly StrongKind[], different: readonly StrongKind[]): boolean =>
  different.length === 1 &&
  !different.includes('mac') &&
  (equal.includes('mac') || equal.includes('endpoint'));

function matchGeneric(devices: readonly SiteDevice[], seen: SeenDevice): SiteDevice | null {
  const known = devices.filter(({ kind }) => kind === 'generic');
  const wanted = seen.fallbackKey.value;
  return (
    known.find((device) => valuesOf(device.keys, 'url').includes(wanted)) ??
    known.find(
      (device) => device.place === seen.place && device.access !== 'ready' && isPathUnknown(device.url),
    ) ??
    null
  );
}

export const isPathUnknown = (url: string | null): boolean => url !== null && /^rtsp:\/\/[^/]+\/?$/.test(url);
