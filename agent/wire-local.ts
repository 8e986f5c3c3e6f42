import type { CredentialStore } from './cameras/credentials.js';
import type { Inventory, SiteCamera } from './cameras/inventory.js';
import type { ManualAddresses } from './cameras/manual-addresses.js';
import type { SiteStream } from './cameras/site-device.js';
import type { Survey } from './cameras/survey.js';
import { readSettings, settingsSchema } from './config.js';
import { describeRtsp } from './rtsp/describe.js';
import type { LocalActions } from './setup/local-requests.js';
import type { AgentStatus, CameraTest } from './setup/shapes.js';
import { writeDurably } from './store.js';
import { reachOf } from './wire-cameras.js';
import type { Pictures } from './wire-pictures.js';

const describeTimeoutMs = 5_000;

export interface LocalParts {
  status: () => AgentStatus;
  inventory: Inventory;
  credentials: CredentialStore;
  manual: ManualAddresses;
  /** Shared with whatever asks where the agent may look and talk to: a range that is added counts at once. */
  scanRanges: string[];
  settingsPath: string;
  survey: Survey;
  pictures: Pictures;
  addCamera: (text: string, again: boolean) => Promise<{ added: boolean }>;
  search: () => void;
  /** Tells the registry the whole inventory again. */
  announce: () => void;
}

/** What a person on the site may ask of the running agent. */
export function wireLocal(o: LocalParts): LocalActions {
  const { inventory, credentials, survey } = o;
  const cameraOf = (localId: string): SiteCamera => {
    const found = inventory.camera(localId);
    if (found) return found;
    throw new RangeError('This box knows no such camera.');
  };
  return {
    status: o.status,
    async addCamera(text) {
      const result = await o.addCamera(text, true);
      survey.wake();
      return result;
    },
    async setLogin({ name, ...login }) {
      if (name === null) await credentials.addSiteLogin(login, true);
      else await credentials.choose(name, login, true);
      survey.wake();
    },
    rescan: o.search,
    async search(range) {
      await keepRange(o.settingsPath, o.scanRanges, range);
      o.search();
    },
    announce: o.announce,
    nameCamera(localId, name) {
      if (!inventory.rename(localId, name)) throw new RangeError('This box knows no such camera.');
    },
    async forgetCamera(localId) {
      const { device } = cameraOf(localId);
      if (device.url !== null) await o.manual.remove(device.url);
      inventory.forget(localId);
      const isSearched = reachOf(o.scanRanges).mayConnect(device.host);
      return { comesBack: device.access !== 'unreachable' && isSearched };
    },
    async testCamera(localId, signal) {
      const { device, channel } = cameraOf(localId);
      const login = credentials.provenFor(device.deviceId);
      const steps: CameraTest['steps'] = [
        {
          what: 'login',
          ok: device.access === 'ready',
          detail: device.accessReason ?? 'The camera let us in.',
        },
      ];
      for (const stream of channel.streams) {
        const { outcome, detail } = await describeRtsp(stream.url, login, {
          timeoutMs: describeTimeoutMs,
          signal,
        });
        const ok = outcome === 'ok';
        steps.push({ what: stream.role, ok, detail: ok ? streamText(stream) : detail });
      }
      const picture = await o.pictures.take(localId, signal);
      const size = picture.ok ? `${Math.ceil(picture.jpeg.byteLength / 1_024)} KiB` : picture.detail;
      steps.push({ what: 'picture', ok: picture.ok, detail: size });
      return { steps };
    },
  };
}

/** The local networks are searched as long as no range is named: the first one that is must not end that. */
async function keepRange(settingsPath: string, ranges: string[], range: string): Promise<void> {
  const wanted = settingsSchema.shape.scanRanges.safeParse([range]);
  if (!wanted.success) throw new RangeError(`${range} is no range: write it like 192.168.7.0/24.`);
  const all = [...new Set([...reachOf(ranges).ranges, range])];
  const settings = await readSettings(settingsPath);
  await writeDurably(settingsPath, `${JSON.stringify({ ...settings, scanRanges: all }, null, 2)}\n`);
  ranges.splice(0, ranges.length, ...all);
}

function streamText({ video, width, height, frameRate }: SiteStream): string {
  const size = width !== null && height !== null ? `, ${width} × ${height}` : '';
  return `${video}${size}${frameRate === null ? '' : `, ${Math.round(frameRate)} fps`}`;
}
