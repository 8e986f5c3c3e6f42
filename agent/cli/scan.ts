import { systemClock } from '../clock.js';
import { scan } from '../discovery/scan.js';
import { createLog } from '../log.js';
import { fingerprintOnvif } from '../onvif/fingerprint.js';
import { fingerprintRtsp } from '../rtsp/fingerprint.js';
import { reachOf } from '../wire-cameras.js';
import { parseDuration } from './duration.js';
import { table } from './table.js';
import { loadConfig, dataFolderOf } from '../config.js';

/** `gantry scan`: searches now, without a login and without the registry. */
export async function scanNow(ranges: string[], flags: { timeout: string; json?: boolean }): Promise<void> {
  const environment = process.env;
  const dataFolder = dataFolderOf(undefined, environment);
  const config = await loadConfig({ dataFolder, environment, scanRanges: ranges });
  const { ranges: reach, mayConnect } = reachOf(config.scanRanges);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
  const report = await scan({
    ranges: reach,
    sweep: true,
    timeoutMs: parseDuration(flags.timeout),
    signal: interrupted.signal,
    clock: systemClock,
    log: createLog({ level: 'error' }),
    onFound: () => undefined,
    fingerprintRtsp,
    fingerprintOnvif: (url, options) => fingerprintOnvif(url, { ...options, mayConnect }),
  });
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ v: 1, ...report })}\n`);
    return;
  }
  const rows = report.devices.map(({ address, name, model, onvifUrls, rtspPorts, mac }) => [
    address,
    name ?? '',
    model ?? '',
    mac ?? '',
    [...onvifUrls.slice(0, 1), ...rtspPorts.map((port) => `rtsp:${port}`)].join(' '),
  ]);
  process.stdout.write(table(['ADDRESS', 'NAME', 'MODEL', 'MAC', 'SERVICES'], rows));
  const said = report.scanned.map(({ what, detail }) => `searched ${what}: ${detail}`);
  for (const line of [...said, ...report.notes.map((note) => `note: ${note}`)])
    process.stderr.write(`${line}\n`);
}
