import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Client } from './client.js';
import { mention, print } from './output.js';
import { PartlyDone } from './partly-done.js';

const stopping = z.looseObject({
  unwanted: z.number(),
  stopped: z.number(),
  overdue: z.boolean(),
  stragglers: z.array(z.looseObject({ agentName: z.string(), cameras: z.number(), sentence: z.string() })),
});

const everyMs = 250;
const patienceMs = 45_000;
const barWidth = 32;

/**
 * Counts down the cameras of a tenant that have not confirmed yet that they stopped. Throws {@link PartlyDone} with the
 * stragglers when some are overdue: what they still record is refused.
 */
export async function watchStopping(
  client: Client,
  tenantId: string,
  flags: { json?: true | undefined },
): Promise<void> {
  const startedMs = performance.now();
  let before = -1;
  for (;;) {
    const { stopped, unwanted, overdue, stragglers } = await client.get(
      `/tenants/${tenantId}/stopping`,
      stopping,
    );
    const elapsedMs = Math.round(performance.now() - startedMs);
    if (stopped !== before) tell({ stopped, of: unwanted, elapsedMs }, flags.json === true);
    before = stopped;
    if (stopped >= unwanted) return;
    if (overdue || elapsedMs > patienceMs) {
      const who = stragglers.map(
        ({ agentName, cameras, sentence }) => `  ${agentName}: ${cameras} cameras, ${sentence}`,
      );
      throw new PartlyDone(
        `${unwanted - stopped} cameras have not confirmed that they stopped; what they still record is refused.\n${who.join('\n')}`,
      );
    }
    await pause(everyMs);
  }
}

function tell(at: { stopped: number; of: number; elapsedMs: number }, json: boolean): void {
  if (json) return print({ state: 'stopping', ...at });
  const full = at.of === 0 ? barWidth : Math.round((barWidth * at.stopped) / at.of);
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
  mention(`stopping  ${bar}  ${at.stopped}/${at.of}  ${(at.elapsedMs / 1000).toFixed(1)} s`);
}
