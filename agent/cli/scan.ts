import { systemClock } from '../clock.js';
import { dataFolderOf, loadConfig } from '../config.js';
import { scan } from '../discovery/scan.js';
import type { FoundDevice } from '../discovery/sighting.js';
import { createLog } from '../log.js';
import { fingerprintOnvif } from '../onvif/fingerprint.js';
import { fingerprintRtsp } from '../rtsp/fingerprint.js';
import { reachOf } from '../wire-cameras.js';
import { parseDuration } from './duration.js';
import { say, show } from './output.js';
import { table } from './table.js';

export interface ScanFlags {
  timeout: string;
  onvif?: boolean;
  rtsp?: boolean;
  stream?: boolean;
  json?: boolean;
}

/** `gantry scan`: searches now, without a login and without the registry. */
export async function scanNow(ranges: string[], flags: ScanFlags): Promise<void> {
  const environment = process.env;
  const dataFolder = dataFolderOf(undefined, environment);
  const config = await loadConfig({ dataFolder, environment, scanRanges: ranges });
  const { ranges: reach, mayConnect } = reachOf(config.scanRanges);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
  const report = await scan({
    ranges: reach,
    sweep: flags.onvif !== true || flags.rtsp === true,
    timeoutMs: parseDuration(flags.timeout),
    signal: interrupted.signal,
    clock: systemClock,
    log: createLog({ level: 'error' }),
    onFound(device) {
      if (flags.stream && isWanted(device, flags))
        show(flags.json, { device }, `${cellsOf(device).join('  ')}\n`);
    },
    fingerprintRtsp,
    fingerprintOnvif: (url, options) => fingerprintOnvif(url, { ...options, mayConnect }),
  });
  const devices = report.devices.filter((device) => isWanted(device, flags));
  const heads = ['ADDRESS', 'NAME', 'MODEL', 'MAKER', 'MAC', 'SERVICES'];
  if (!flags.stream || flags.json)
    show(flags.json, { ...report, devices }, table(heads, devices.map(cellsOf)));
  if (flags.json) return;
  for (const { what, detail } of report.scanned) say(`searched ${what}: ${detail}`);
  for (const note of report.notes) say(`note: ${note}`);
}

/** What neither flag names is wanted whole; both flags want either. Pure. */
export function isWanted(device: FoundDevice, flags: Pick<ScanFlags, 'onvif' | 'rtsp'>): boolean {
  if (!flags.onvif && !flags.rtsp) return true;
  return (
    (flags.onvif === true && device.onvifUrls.length > 0) ||
    (flags.rtsp === true && device.rtspPorts.length > 0)
  );
}

const cellsOf = ({ address, name, model, maker, mac, onvifUrls, rtspPorts }: FoundDevice): string[] => [
  address,
  name ?? '',
  model ?? '',
  maker ?? '',
  mac ?? '',
  [...onvifUrls.slice(0, 1), ...rtspPorts.map((port) => `rtsp:${port}`)].join(' '),
];
