import { networkInterfaces } from 'node:os';
import { systemClock } from '@gantry/agent/clock.js';
import { localRanges, ownAddresses } from '@gantry/agent/discovery/interfaces.js';
import { mayContact, parseCidr } from '@gantry/agent/discovery/ranges.js';
import { scan } from '@gantry/agent/discovery/scan.js';
import { createLog } from '@gantry/agent/log.js';
import { fingerprintOnvif } from '@gantry/agent/onvif/fingerprint.js';
import { fingerprintRtsp } from '@gantry/agent/rtsp/fingerprint.js';

/**
 * A search of the networks this process stands in, as the agent runs it: prints a line of JSON for every device as it
 * is told of, `{atMs, found}` since the search began, and `{report}` at the end.
 */
const system = networkInterfaces();
const ranges = localRanges(system);
const parsed = ranges.flatMap((text) => parseCidr(text) ?? []);
const mayConnect = (host: string) => mayContact(parsed, ownAddresses(system), host);
const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
const startMs = performance.now();
const report = await scan({
  ranges,
  sweep: true,
  signal: new AbortController().signal,
  clock: systemClock,
  log: createLog({ level: 'error' }),
  onFound: (found) => say({ atMs: performance.now() - startMs, found }),
  fingerprintRtsp,
  fingerprintOnvif: (url, o) => fingerprintOnvif(url, { ...o, mayConnect }),
});
say({ report });
