import type { CameraId } from '@gantry/protocol/ids.js';
import type { Credentials, CredentialStore } from './cameras/credentials.js';
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
  const refusals = createRefusals(clock);
  const take: Pictures['take'] = async (localId, signal) => {
    const found = o.inventory.camera(localId);
    if (!found) return { ok: false, detail: 'This box knows no such camera.' };
    const { device, channel } = found;
    // Pictures are asked for by the clock and by people who watch: with a refused login each would count as a wrong try.
    if (device.access === 'needs_login')
      return { ok: false, detail: device.accessReason ?? 'The camera wants a login.' };
    const credentials = o.credentials.provenFor(device.deviceId);
    const [ofPicture, ofVideo] = [`picture ${device.deviceId}`, `video ${device.deviceId}`];
    if (channel.snapshotUrl !== null && !refusals.holds(ofPicture, credentials)) {
      const own = await fetchSnapshot({
        url: channel.snapshotUrl,
        credentials,
        mayConnect: reachOf(o.scanRanges).mayConnect,
        timeoutMs: requestTimeoutMs,
        signal,
      });
      if (own.ok) return own;
      if (own.refused === true) refusals.note(ofPicture, credentials);
      log.debug({ localId, why: own.detail }, 'a camera gives no picture by itself');
    }
    if (refusals.holds(ofVideo, credentials))
      return { ok: false, detail: 'The camera refuses its video to the login it let in before.' };
    const source = o.recording.openStream(localId, 'main');
    if ('unavailable' in source) return { ok: false, detail: source.unavailable.detail };
    const frame = await takeFrame({ source, clock, signal, timeoutMs: frameTimeoutMs });
    if (!frame.ok && source.failure()?.kind === 'auth_failed') refusals.note(ofVideo, credentials);
    return frame;
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

/** Cameras lock accounts after a few wrong tries: a login that was refused rests for this long. */
const restMs = 3_600_000;

/** Which login was refused where, for as long as it rests; another one may be tried at once. */
function createRefusals(clock: Pick<Clock, 'monotonicMs'>) {
  const noted = new Map<string, { login: string; untilMs: number }>();
  const textOf = (credentials: Credentials | null) => JSON.stringify(credentials);
  return {
    note(where: string, credentials: Credentials | null): void {
      noted.set(where, { login: textOf(credentials), untilMs: clock.monotonicMs() + restMs });
    },
    holds(where: string, credentials: Credentials | null): boolean {
      const refusal = noted.get(where);
      return refusal?.login === textOf(credentials) && clock.monotonicMs() < refusal.untilMs;
    },
  };
}
