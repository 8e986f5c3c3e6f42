import { chooseStream, type Inventory } from './cameras/inventory.js';
import type { Clock } from './clock.js';
import type { Closing } from './closing.js';
import type { DeviceTokens } from './identity/device-token.js';
import { startLiveStreams, type LiveOptions, type LiveStreams } from './live/live-streams.js';
import type { Log } from './log.js';
import { pipeFfmpeg } from './recorder/ffmpeg.js';
import type { Recording } from './wire-recording.js';

/** Puts together what shows cameras live: their streams by the bridge, ffmpeg, the way to the registry. */
export function wireLive(o: {
  registryUrl: string;
  proxy: string | undefined;
  tokens: DeviceTokens;
  registryNowMs: () => number;
  tell: LiveOptions['tell'];
  inventory: Inventory;
  recording: Pick<Recording, 'openStream'>;
  closing: Closing;
  clock: Clock;
  random: () => number;
  log: Log;
}): LiveStreams {
  const { clock, random, log, registryUrl, registryNowMs, tell } = o;
  const openSource: LiveOptions['openSource'] = (cameraId, role) => {
    const found = o.inventory.cameraById(cameraId);
    if (!found) return unavailable('unreachable', 'This box has not found the camera yet.');
    const video = chooseStream(found.channel, role)?.video;
    if (video !== undefined && video !== 'h264' && video !== 'h265') {
      const change = 'only H.264 and H.265 are shown live. Change its encoding.';
      return unavailable('codec_unsupported', `The camera sends ${video}; ${change}`);
    }
    const source = o.recording.openStream(found.channel.localId, role);
    return 'unavailable' in source ? source : { ...source, video: video ?? 'h264' };
  };
  const live = startLiveStreams({
    registryUrl,
    proxy: o.proxy,
    bearer: () => o.tokens.current(),
    openSource,
    run: (line, onBytes) => pipeFfmpeg(line, { clock, onBytes }),
    tell,
    registryNowMs,
    clock,
    random,
    log,
  });
  o.closing.add('live streams', () => live.close());
  return live;
}

const unavailable = (kind: string, detail: string) => ({ unavailable: { kind, detail } });
