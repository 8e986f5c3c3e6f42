import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import type { LiveWish } from '@gantry/protocol/live.js';
import type { Request } from '@gantry/protocol/messages.js';
import type { Context } from '../context.js';
import { createFreshSnapshots, type FreshSnapshots } from './fresh-snapshots.js';
import { createLiveRelay, type LiveRelay } from './relay.js';
import { createLiveTraffic, type LiveTraffic } from './traffic.js';

/** What is seen of cameras now: video and fresh still pictures. */
export interface LiveView {
  relay: LiveRelay;
  fresh: FreshSnapshots;
  traffic: LiveTraffic;
}

/** The two things an agent is told; `broker/broker.ts` carries them. */
export interface LiveDownlink {
  wish(agentId: AgentId, wish: LiveWish): Promise<void>;
  request(agentId: AgentId, request: Request): Promise<void>;
}

export function createLiveView(
  ctx: Pick<Context, 'db' | 'changes' | 'clock' | 'log' | 'random'>,
  downlink: LiveDownlink,
): LiveView {
  const { random, log } = ctx;
  const ask = (agentId: AgentId, cameraId: CameraId) => {
    const requestId = Buffer.from(random(12)).toString('base64url');
    return downlink.request(agentId, { requestId, kind: 'snapshot', cameraId });
  };
  const traffic = createLiveTraffic();
  const say = (agentId: AgentId, wish: LiveWish) => downlink.wish(agentId, wish);
  return {
    relay: createLiveRelay({ say, onSent: traffic.add, random, log }),
    fresh: createFreshSnapshots(ctx, { ask }),
    traffic,
  };
}
