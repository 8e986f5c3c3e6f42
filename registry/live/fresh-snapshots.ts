import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import { findLiveCamera } from './standing.js';

/** Pictures for grids: newer than the agent sends by itself, without a question per viewer. */
export interface FreshSnapshots {
  /**
   * Resolves when the camera's newest snapshot is younger than `maxAgeMs`, or there will be none soon: then the last
   * one must do. Throws `not_found`.
   */
  freshen(cameraId: CameraId, maxAgeMs: number): Promise<void>;
}

export interface FreshSnapshotOptions {
  /** Asks the agent for a picture of this camera. */
  ask: (agentId: AgentId, cameraId: CameraId) => Promise<void>;
  /** One camera is asked at most this often, whatever the number of viewers. */
  askEveryMs?: number;
  waitMs?: number;
}

type Parts = Pick<Context, 'db' | 'changes' | 'clock' | 'log'>;

export function createFreshSnapshots(ctx: Parts, o: FreshSnapshotOptions): FreshSnapshots {
  const { askEveryMs = 2_000, waitMs = 1_500 } = o;
  const askedAtMs = new Map<CameraId, number>();
  const coming = new Map<CameraId, Promise<void>>();

  /** Of this process; one that arrives at another is found by the next asker. */
  const arrival = (cameraId: CameraId): Promise<void> =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      const stop = ctx.changes.listen('camera', (hint) => {
        if (hint.cameraIds.includes(cameraId)) done();
      });
    });

  const forgetOld = (nowMs: number) => {
    for (const [id, atMs] of askedAtMs) if (nowMs - atMs >= askEveryMs) askedAtMs.delete(id);
  };

  return {
    async freshen(cameraId, maxAgeMs) {
      const { agentId, presence, snapshotAt, hiddenBecause } = await findLiveCamera(ctx.db, cameraId);
      const nowMs = ctx.clock.nowMs();
      if (presence !== 'online' || hiddenBecause !== null) return;
      if (snapshotAt !== null && nowMs - snapshotAt.getTime() <= maxAgeMs) return;
      forgetOld(nowMs);
      if (!askedAtMs.has(cameraId)) {
        askedAtMs.set(cameraId, nowMs);
        const arrived = arrival(cameraId).finally(() => coming.delete(cameraId));
        coming.set(cameraId, arrived);
        o.ask(agentId, cameraId).catch((error: unknown) =>
          ctx.log.warn({ err: error, agentId }, 'could not ask an agent for a snapshot'),
        );
      }
      await coming.get(cameraId);
    },
  };
}
