import type { CameraId } from '@gantry/protocol/ids.js';
import type { CredentialStore } from './cameras/credentials.js';
import type { Inventory } from './cameras/inventory.js';
import { startSnapshots, type Snapshot, type Snapshots } from './cameras/snapshots.js';
import type { Clock } from './clock.js';
import type { Closing } from './closing.js';
import type { Exchange } from './http.js';
import type { DeviceTokens } from './identity/device-token.js';
import { startPreviews, type Previews } from './live/previews.js';
import type { Log } from './log.js';
import { fetchSnapshot } from './onvif/snapshot.js';
import { takeFrame } from './recorder/snapshot.js';
import { reachOf } from './wire-cameras.js';
import type { Recording } from './wire-recording.js';

const requestTimeoutMs = 5_000;
/** A camera may send a key picture only every 10 s. */
const frameTimeoutMs = 15_000;
const snapshotEveryMs = 600_000;
const snapshotAgainMs = 15_000;

export interface Pictures {
  snapshots: Snapshots;
  previews: Previews;
  /** A picture of a camera now: its own, else one taken from its video. Never rejects. */
  take(localId: string, signal: AbortSignal): Promise<Snapshot>;
}

/** Puts together what brings pictures of the cameras to the registry and to the installer. */
export function wirePictures(o: {
  scanRanges: readonly string[];
  registryUrl: string;
  tokens: Pick<DeviceTokens, 'current'>;
  exchange: Exchange;
  inventory: Inventory;
  credentials: CredentialStore;
  recording: Pick<Recording, 'openStream'>;
  closing: Closing;
  clock: Clock;
  log: Log;
}): Pictures {
  const { clock, log } = o;
  const take: Pictures['take'] = async (localId, signal) => {
    const found = o.inventory.camera(localId);
    if (!found) return { ok: false, detail: 'This box knows no such camera.' };
    const { device, channel } = found;
    // Pictures are asked for by the clock and by people who watch: with a refused login each would count as a wrong try.
    if (device.access === 'needs_login')
      return { ok: false, detail: device.accessReason ?? 'The camera wants a login.' };
    if (channel.snapshotUrl !== null) {
      const own = await fetchSnapshot({
        url: channel.snapshotUrl,
        credentials: o.credentials.provenFor(device.deviceId),
        mayConnect: reachOf(o.scanRanges).mayConnect,
        timeoutMs: requestTimeoutMs,
        signal,
      });
      if (own.ok) return own;
      log.debug({ localId, why: own.detail }, 'a camera gives no picture by itself');
    }
    const source = o.recording.openStream(localId, 'main');
    if ('unavailable' in source) return { ok: false, detail: source.unavailable.detail };
    return takeFrame({ source, clock, signal, timeoutMs: frameTimeoutMs });
  };
  const snapshots = startSnapshots({
    cameras: () => o.inventory.cameras().flatMap(({ channel }) => channel.registration?.cameraId ?? []),
    async fetch(cameraId, signal) {
      const found = o.inventory.cameraById(cameraId);
      if (!found) return { ok: false, detail: 'This box knows no such camera.' };
      return take(found.channel.localId, signal);
    },
    async put(cameraId: CameraId, jpeg, signal) {
      const { status } = await o.exchange({
        method: 'PUT',
        url: `${o.registryUrl}/api/v1/agent/cameras/${cameraId}/snapshot`,
        headers: { 'content-type': 'image/jpeg', authorization: `Bearer ${await o.tokens.current()}` },
        body: jpeg,
        timeoutMs: 20_000,
        signal,
      });
      if (status >= 300) throw new Error(`the registry answered ${status} to a snapshot`);
    },
    clock,
    log,
    everyMs: snapshotEveryMs,
    againMs: snapshotAgainMs,
  });
  o.closing.add('snapshots', () => snapshots.close());
  const previews = startPreviews({
    openSource: (localId) => o.recording.openStream(localId, 'sub'),
    clock,
    log,
  });
  o.closing.add('previews', () => previews.close());
  return { snapshots, previews, take };
}
