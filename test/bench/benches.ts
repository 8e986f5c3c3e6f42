import type { Bench } from './bench.js';
import { disableCommit } from './disable-commit.js';
import { registration } from './registration.js';

export const benches: readonly Bench[] = [registration, disableCommit];
