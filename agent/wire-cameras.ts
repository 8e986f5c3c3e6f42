import { networkInterfaces } from 'node:os';
import type { CameraId } from '@gantry/protocol/ids.js';
import { movedUrls } from './cameras/absences.js';
import type { CredentialStore } from './cameras/credentials.js';
import { keysOf } from './cameras/identity-keys.js';
import type { Inventory } from './cameras/inventory.js';
import type { ManualAddresses } from './cameras/manual-addresses.js';
import type { RtspReading } from './cameras/readings.js';
import { startSurvey, type Survey } from './cameras/survey.js';
import type { Clock } from './clock.js';
import type { Closing } from './closing.js';
import { watchHellos } from './discovery/hello-watch.js';
import { localRanges, ownAddresses } from './discovery/interfaces.js';
import { mayContact, parseCidr } from './discovery/ranges.js';
import { scan } from './discovery/scan.js';
import { parseNeighbours, readNeighbours } from './discovery/neighbours.js';
import { searchFor } from './discovery/search.js';
import type { Log } from './log.js';
import { fingerprintOnvif } from './onvif/fingerprint.js';
import { readOnvifDevice } from './onvif/read.js';
import type { SourceChannels } from './onvif/sensors.js';
import { describeRtsp } from './rtsp/describe.js';
import { fingerprintRtsp } from './rtsp/fingerprint.js';
import { probePaths } from './rtsp/probe-paths.js';

const requestTimeoutMs = 5_000;
/** Of the usual paths of a device that does not say who it is. */
const maxPaths = 24;

/** Addresses the agent may talk to: the configured ranges, else the networks this computer stands in. */
export function reachOf(configured: readonly string[]): {
  ranges: string[];
  mayConnect: (host: string) => boolean;
} {
  const ranges = configured.length > 0 ? [...configured] : localRanges(networkInterfaces());
  const parsed = ranges.flatMap((text) => parseCidr(text) ?? []);
  return { ranges, mayConnect: (host) => mayContact(parsed, ownAddresses(networkInterfaces()), host) };
}

export interface SurveyParts {
  agentId: string;
  scanRanges: readonly string[];
  rescanMs: number;
  inventory: Inventory;
  credentials: CredentialStore;
  manual: ManualAddresses;
  /** How long a search listens for answers; 5 s by default. */
  listenMs?: number;
  /** How long a device may be gone before it is searched for; three minutes by default. */
  searchAfterMs?: number;
  /** These cameras have a login now that they did not have before. */
  onLogin: (cameraIds: CameraId[]) => void;
  onSurveyed: (notes: readonly string[]) => void;
  /** A device was read: its video sources by its first service URL. */
  onVideoSources?: (url: string, sources: SourceChannels) => void;
  closing: Closing;
  clock: Clock;
  log: Log;
}

/** Puts together what finds and reads cameras. */
export function wireSurvey(o: SurveyParts): Survey {
  const { clock, log } = o;
  const survey = startSurvey({
    agentId: o.agentId,
    inventory: o.inventory,
    credentials: o.credentials,
    manualUrls: () => o.manual.list(),
    inSiteRange: (host) => reachOf(o.scanRanges).mayConnect(host),
    scan({ sweep, signal, onFound }) {
      // Asked anew each time: a laptop changes networks, a cable is plugged in later.
      const { ranges, mayConnect } = reachOf(o.scanRanges);
      return scan({
        ranges,
        sweep,
        signal,
        clock,
        log,
        onFound,
        fingerprintRtsp,
        fingerprintOnvif: (url, options) => fingerprintOnvif(url, { ...options, mayConnect }),
        ...(o.listenMs === undefined ? {} : { timeoutMs: o.listenMs }),
      });
    },
    async searchFor({ device, ids, taken, signal }) {
      const { ranges, mayConnect } = reachOf(o.scanRanges);
      const ports = device.onvifUrls.map((url) => Number(new URL(url).port || '80'));
      return searchFor(
        {
          lastAddress: device.host,
          macs: ids.flatMap(({ kind, value }) => (kind === 'mac' ? [value] : [])),
          ids,
          ports: [...new Set(ports)],
        },
        {
          ranges,
          taken,
          signal,
          clock,
          // Without a login: who stands at this address is what is asked here.
          async identify(address, stop) {
            const reading = await readOnvifDevice({
              urls: movedUrls(device.onvifUrls, address),
              address,
              credentials: null,
              mayConnect,
              timeoutMs: requestTimeoutMs,
              signal: stop,
              clock,
              log,
            });
            const mac = parseNeighbours(await readNeighbours()).get(address);
            const macs = [...reading.macs, ...(mac === undefined ? [] : [mac])];
            return keysOf({ ...reading, macs });
          },
        },
      );
    },
    ...(o.searchAfterMs === undefined ? {} : { searchAfterMs: o.searchAfterMs }),
    async readOnvif({ urls, address, credentials, signal }) {
      const { mayConnect } = reachOf(o.scanRanges);
      const reading = await readOnvifDevice({
        urls,
        address,
        credentials,
        mayConnect,
        timeoutMs: requestTimeoutMs,
        signal,
        clock,
        log,
      });
      const [first] = urls;
      if (first !== undefined && reading.channels.length > 0) o.onVideoSources?.(first, reading.channels);
      return reading;
    },
    readUrl: async (url, credentials, signal) => {
      const { outcome, detail, tracks } = await describeRtsp(url, credentials, {
        timeoutMs: requestTimeoutMs,
        signal,
      });
      return { outcome, detail, streams: outcome === 'ok' ? [{ role: 'main', url, tracks }] : [] };
    },
    readPort: async ({ host, port, hints, credentials, signal }): Promise<RtspReading> => {
      const found = await probePaths({
        host,
        port,
        hints,
        credentials,
        signal,
        channel: 1,
        attemptsMax: maxPaths,
        timeoutMs: requestTimeoutMs,
      });
      if (found.outcome !== 'found') return { outcome: found.outcome, detail: found.detail, streams: [] };
      const streams: RtspReading['streams'] = [
        { role: 'main', url: found.main.url, tracks: found.main.description.tracks },
      ];
      if (found.sub) streams.push({ role: 'sub', url: found.sub.url, tracks: found.sub.description.tracks });
      return { outcome: 'ok', detail: found.main.description.detail, streams };
    },
    onLogin: (device) => {
      o.onLogin(device.channels.flatMap(({ registration }) => registration?.cameraId ?? []));
    },
    onSurveyed: o.onSurveyed,
    clock,
    log,
    rescanMs: o.rescanMs,
  });
  o.closing.add('survey', () => survey.close());
  const stop = new AbortController();
  const watching = watchHellos({
    ranges: () => reachOf(o.scanRanges).ranges,
    interfaces: networkInterfaces,
    onHello: (arrival) => survey.arrived({ ...arrival, rtspPorts: [], maker: null, rtspServer: null }),
    onBye: (endpoint) => survey.left(endpoint),
    clock,
    signal: stop.signal,
  });
  o.closing.add('announcements', () => {
    stop.abort(new Error('the agent stops'));
    return watching;
  });
  return survey;
}
