import assert from 'node:assert/strict';
import { until } from '../support/until.js';
import type { Bench } from './bench.js';
import { compare, type Variant } from './harness.js';
import { startPlayer, type Player } from './player.js';
import { startBenchProgram, startCameras, type CameraOffer, type RelayOrder } from './programs.js';
import { watchUsage } from './usage.js';

export const bridge: Bench = {
  name: 'bridge',
  what: 'CPU of the RTSP bridge per stream of 2 Mbit/s against bare TCP pipes that understand nothing',
  async *run(stage) {
    const count = stage.smoke ? 2 : 16;
    const watchMs = stage.smoke ? 1_000 : 10_000;
    const cameras = await startCameras(stage, { cameras: count, audio: null, picturesPerTick: 5 });
    const relayed = (kind: RelayOrder['kind'], label: string): Variant => ({
      label,
      run: () => relay(cameras, kind, watchMs),
    });
    yield await compare({
      name: `bridge, ${count} streams of 2 Mbit/s`,
      unit: 'ms of CPU per stream and second',
      rounds: stage.smoke ? 1 : 5,
      warmup: 0,
      variants: {
        ours: relayed('bridge', 'agent/rtsp/bridge.ts'),
        floor: relayed('pipe', 'socket.pipe, both ways'),
      },
    });
  },
};

async function relay(cameras: readonly CameraOffer[], kind: RelayOrder['kind'], watchMs: number) {
  const program = startBenchProgram('relay', { kind, cameras });
  const players: Player[] = [];
  try {
    const [line] = await program.waitFor(/^\[.*\]$/);
    for (const [i, url] of (JSON.parse(line) as string[]).entries()) {
      // The bridge logs in for its player; a pipe passes the player's own login on.
      players.push(await startPlayer(url, kind === 'bridge' ? null : (cameras[i]?.credentials ?? null)));
    }
    await until(() => players.every((player) => player.receivedBytes() > 100_000), { what: 'all streams' });
    const before = players.map((player) => player.receivedBytes());
    const { cpuSecondsPerSecond } = await watchUsage([program.process.pid as number], watchMs);
    const bitsPerSecond = players.map(
      (player, i) => ((player.receivedBytes() - (before[i] ?? 0)) * 8_000) / watchMs,
    );
    return {
      cost: (cpuSecondsPerSecond / cameras.length) * 1_000,
      check: () => {
        for (const rate of bitsPerSecond) assert.ok(rate > 1.6e6, `only ${Math.round(rate)} bit/s arrived`);
      },
    };
  } finally {
    for (const player of players) player.close();
    await program.end();
  }
}
