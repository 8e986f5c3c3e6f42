import type { Bench } from './bench.js';
import { disableCommit } from './disable-commit.js';
import { disablePropagation } from './disable-propagation.js';
import { listDepth } from './list-depth.js';
import { registration } from './registration.js';

export const benches: readonly Bench[] = [registration, disableCommit, disablePropagation, listDepth];
