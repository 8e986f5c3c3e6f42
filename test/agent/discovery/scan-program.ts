import { systemClock } from '@gantry/agent/clock.js';
import { scan } from '@gantry/agent/discovery/scan.js';
import { createLog } from '@gantry/agent/log.js';
import { fingerprintOnvif } from '@gantry/agent/onvif/fingerprint.js';
import { fingerprintRtsp } from '@gantry/agent/rtsp/fingerprint.js';
import { reachOf } from '@gantry/agent/wire-cameras.js';

/**
 * A search as the agent runs it, in a process that can stand in a network namespace: prints a line of JSON for every
 * device as it is told of, `{atMs, found}` since the search began, and `{report}` at the end.
 */
const { ranges, mayConnect } = reachOf(process.argv.slice(2));
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
