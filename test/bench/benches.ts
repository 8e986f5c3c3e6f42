import type { Bench } from './bench.js';
import { bridge } from './bridge.js';
import { disableCommit } from './disable-commit.js';
import { disablePropagation } from './disable-propagation.js';
import { discovery, discoveryRefused } from './discovery.js';
import { listDepth } from './list-depth.js';
import { signIn } from './sign-in.js';
import { start } from './start.js';
import { recorder } from './recorder.js';
import { live } from './live.js';
import { registration } from './registration.js';
import { uploadIngest } from './upload-ingest.js';

export const benches: readonly Bench[] = [
  registration,
  disableCommit,
  disablePropagation(16),
  disablePropagation(500),
  listDepth,
  signIn,
  uploadIngest,
  recorder,
  bridge,
  live,
  start,
  ...(discoveryRefused() === null ? [discovery] : []),
];
