import type { Closing } from './closing.js';
import type { Context } from './context.js';
import { sampleCameras } from './statistics/sample.js';
import { rollUpAll } from './statistics/usage.js';
import { startSweep } from './sweep.js';

/** Usage is added up and cameras are looked at from time to time (R51). */
export function startStatistics({ db, log }: Context, closing: Closing): void {
  const sweeps = [
    { what: 'adding up usage', everyMs: 30_000, work: (signal: AbortSignal) => rollUpAll(db, signal) },
    { what: 'looking at cameras for statistics', everyMs: 60_000, work: () => sampleCameras(db) },
  ];
  for (const sweep of sweeps) {
    const started = startSweep({ ...sweep, log });
    closing.add(sweep.what, () => started.close());
  }
}
