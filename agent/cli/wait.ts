import type { AgentStatus } from '../setup/shapes.js';
import { dataFolderOf } from '../config.js';
import { systemClock } from '../clock.js';
import { parseDuration } from './duration.js';
import { AgentNotRunning, askStatus, NotConnectedYet } from './local-client.js';
import { show } from './output.js';
import { UsageError } from './usage-error.js';

export const awaited = ['approved', 'cameras', 'recording'] as const;
export type Awaited = (typeof awaited)[number];

/** What was waited for did not happen in time. */
export class WaitedInVain extends Error {
  override readonly name = 'WaitedInVain';
}

const lookEveryMs = 500;

/** `gantry wait`: ends with 0 once it is so, with 124 when the time is over. */
export async function wait(flags: {
  for: string;
  timeout: string;
  data?: string;
  json?: boolean;
}): Promise<void> {
  const what = awaited.find((one) => one === flags.for);
  if (what === undefined) throw new UsageError(`--for is one of ${awaited.join(', ')}, not ${flags.for}.`);
  const root = dataFolderOf(flags.data, process.env);
  const untilMs = systemClock.monotonicMs() + parseDuration(flags.timeout);
  for (;;) {
    const status = await statusOf(root);
    if (status !== null && isSo(what, status)) return show(flags.json, { reached: what }, '');
    if (systemClock.monotonicMs() >= untilMs)
      throw new WaitedInVain(
        `Waited ${flags.timeout} in vain for: ${what}. See: gantry status, gantry doctor`,
      );
    await systemClock.sleep(lookEveryMs);
  }
}

/** An agent that is not there yet, or not enrolled yet, is what one waits for. */
async function statusOf(root: string): Promise<AgentStatus | null> {
  try {
    return await askStatus(root);
  } catch (error) {
    if (error instanceof AgentNotRunning || error instanceof NotConnectedYet) return null;
    throw error;
  }
}

/** Pure. */
export function isSo(what: Awaited, { uplink, cameras }: Pick<AgentStatus, 'uplink' | 'cameras'>): boolean {
  switch (what) {
    case 'approved':
      return uplink.kind === 'connected';
    case 'cameras':
      return cameras.some(({ cameraId }) => cameraId !== null);
    case 'recording':
      return cameras.some(({ recorder }) => recorder?.state === 'recording');
    default:
      return what satisfies never;
  }
}
