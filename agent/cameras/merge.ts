import { createHash } from 'node:crypto';
import type { IdentityKey } from '@gantry/protocol/camera.js';
import { compareKeys, matchDevice } from './match.js';
import type { SeenDevice, SiteChannel, SiteDevice, SiteStream } from './site-device.js';

/**
 * The site's devices with one more look at one of them. Pure: a restart, a changed address or a second
 * discovery finds the same device and makes no duplicate; `localId`s, once given, stay.
 */
export function mergeSeen(
  devices: readonly SiteDevice[],
  seen: SeenDevice,
  liveElsewhere: (device: SiteDevice) => boolean = () => false,
): { devices: SiteDevice[]; device: SiteDevice } {
  const known = matchDevice(devices, seen, liveElsewhere);
  // It answered at its own address in this very look: that one stays, so that nothing flaps.
  if (known && liveElsewhere(known)) return { devices: [...devices], device: known };
  const others = devices.filter((device) => device !== known);
  const taken = new Set(others.flatMap(({ channels }) => channels.map(({ localId }) => localId)));
  const keys = mergeKeys(known, seen, others.filter(liveElsewhere));
  const channels = mergeChannels(known?.channels ?? [], seen, keys, taken);
  const device: SiteDevice = {
    deviceId: known?.deviceId ?? channels[0]?.localId ?? '',
    kind: seen.kind,
    keys,
    host: seen.host,
    place: seen.place,
    alsoAt: known?.alsoAt.filter(({ address }) => address !== seen.host) ?? [],
    onvifUrls: seen.onvifUrls.length > 0 ? seen.onvifUrls : (known?.onvifUrls ?? []),
    url: seen.url,
    name: clip(seen.name ?? known?.name ?? seen.model ?? known?.model ?? seen.host),
    manufacturer: seen.manufacturer ?? known?.manufacturer ?? null,
    model: seen.model ?? known?.model ?? null,
    firmware: seen.firmware ?? known?.firmware ?? null,
    serial: seen.serial ?? known?.serial ?? null,
    clockOffsetMs: seen.clockOffsetMs,
    access: seen.access,
    accessReason: seen.access === 'ready' ? null : seen.accessReason,
    channels,
  };
  const at = known ? devices.indexOf(known) : devices.length;
  return { devices: [...devices.slice(0, at), device, ...devices.slice(at + 1)], device };
}

const clip = (text: string): string => text.slice(0, 200);

/**
 * New values of a kind replace contradicting old ones and join agreeing ones (a second network interface). A key
 * that a device living elsewhere bears already is shared or fake: the newcomer does not get it.
 */
function mergeKeys(known: SiteDevice | null, seen: SeenDevice, alive: readonly SiteDevice[]): IdentityKey[] {
  const same = (a: IdentityKey) => (b: IdentityKey) => a.kind === b.kind && a.value === b.value;
  const own = seen.keys.filter((key) => !alive.some(({ keys }) => keys.some(same(key))));
  const replaced: readonly string[] = known ? compareKeys(known.keys, own).different : [];
  const kept = (known?.keys ?? []).filter((key) => !replaced.includes(key.kind) && !own.some(same(key)));
  const all = [...own, ...kept];
  const needsFallback = seen.kind === 'generic' || all.length === 0;
  if (needsFallback && !all.some(same(seen.fallbackKey))) all.push(seen.fallbackKey);
  const order = ['endpoint', 'mac', 'serial', 'url'];
  return all.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)).slice(0, 8);
}

/** A look without channels keeps those known; a device of which nothing is known yet counts as one camera. */
function mergeChannels(
  known: readonly SiteChannel[],
  seen: SeenDevice,
  keys: readonly IdentityKey[],
  taken: ReadonlySet<string>,
): SiteChannel[] {
  if (seen.channels.length === 0 && known.length > 0) return [...known];
  const now = seen.channels.length > 0 ? seen.channels : [{ channel: 1, streams: [], snapshotUrl: null }];
  const merged = now.map((fresh): SiteChannel => {
    const before = known.find(({ channel }) => channel === fresh.channel);
    return {
      ...fresh,
      streams: seen.kind === 'generic' ? keepOthers(fresh.streams, before?.streams ?? []) : fresh.streams,
      localId: before?.localId ?? newLocalId(keys, fresh.channel, taken),
      givenName: before?.givenName ?? null,
      registration: before?.registration ?? null,
    };
  });
  const gone = known.filter(({ channel }) => !merged.some((camera) => camera.channel === channel));
  return [...merged, ...gone].sort((a, b) => a.channel - b.channel);
}

/** A later look at a generic camera asks for its main stream only: while that is the same, the others stay. */
function keepOthers(fresh: readonly SiteStream[], before: readonly SiteStream[]): SiteStream[] {
  const isSame = fresh[0] !== undefined && fresh[0].url === before[0]?.url;
  const others = isSame ? before.filter(({ url }) => !fresh.some((stream) => stream.url === url)) : [];
  return [...fresh, ...others];
}

/** From the strongest key, so that a box that lost its inventory gives the same names again. */
function newLocalId(keys: readonly IdentityKey[], channel: number, taken: ReadonlySet<string>): string {
  const [strongest] = keys;
  for (let round = 0; ; round += 1) {
    const text = `${strongest?.kind}|${strongest?.value}|${channel}|${round}`;
    const localId = `cam-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
    if (!taken.has(localId)) return localId;
  }
}
