import { describe, expect, it } from 'vitest';
import { accountOf } from '../faults/account.js';
import { growthOf } from '../faults/growth.js';
import { runSoak } from '../faults/soak.js';
import { freshDatabase } from '../support/database.js';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.js';
import { startStack } from '../support/stack.js';

describe('the account of a soak', () => {
  const stored = (fromMs: number, toMs: number) => ({
    cameraId: 'a',
    startedAtMs: fromMs,
    durationMs: toMs - fromMs,
  });
  const gap = (fromMs: number, toMs: number | null, cause: string) => ({
    cameraId: 'a',
    fromMs,
    toMs,
    cause,
  });

  it('counts what is missing once, by its cause, and what is in no gap as unexplained', () => {
    const segments = [
      stored(0, 100),
      stored(150, 200),
      stored(300, 400),
      { ...stored(90, 310), cameraId: 'b' },
    ];
    const gaps = [
      gap(90, 140, 'camera_unreachable'),
      gap(200, 260, 'agent_offline'),
      gap(400, null, 'disabled'),
    ];
    expect(accountOf('a', segments, gaps, { fromMs: 0, toMs: 450 })).toEqual({
      cameraId: 'a',
      recordedMs: 250,
      missingMs: { camera_unreachable: 40, agent_offline: 60, disabled: 50 },
      unexplainedMs: 50,
    });
    // A camera that was never recorded is not left out.
    expect(accountOf('c', segments, gaps, { fromMs: 0, toMs: 450 })).toMatchObject({ unexplainedMs: 450 });
  });

  it('tells growth within the lives of a program from what its restarts hide', () => {
    const life = (pid: number, beganMs: number) =>
      Array.from({ length: 300 }, (_, second) => ({
        pid,
        atMs: beganMs + second * 1_000,
        residentMb: 100 + second / 60,
        descriptors: 40,
      }));
    const grown = growthOf([1, 2, 3, 4].flatMap((pid) => life(pid, pid * 400_000)));
    expect(grown.residentMb[1] - grown.residentMb[0]).toBeLessThan(2);
    expect(grown.perHour?.residentMb).toBeCloseTo(60);
    expect(grown.perHour?.descriptors).toBe(0);
  });
});

/** The short version of `node test/dist/faults/main.js soak`. */
it('a few faults in a row lose nothing that was stored, and leave no second unexplained', async () => {
  const line: { proxy: FaultProxy | null } = { proxy: null };
  const database = await freshDatabase();
  const stack = await startStack({
    network: '127.24.1',
    databaseUrl: database.url,
    cameras: 2,
    env: { GANTRY_LOG_LEVEL: 'debug' },
    agentEnv: () => ({
      GANTRY_TRANSPORT: 'wss',
      GANTRY_REGISTRY_URL: `http://127.0.0.1:${line.proxy?.port}`,
    }),
  });
  try {
    line.proxy = await startFaultProxy({ targetPort: Number(new URL(stack.url).port) });
    await stack.startAgent();
    await stack.recording(2);
    const found = await runSoak(stack, line.proxy, {
      rounds: 3,
      everyMs: 6_000,
      faultMs: 2_000,
      faults: ['camera_kill', 'agent_kill', 'broker_drop'],
      disk: null,
      random: Math.random,
      say: (text) => console.info(text),
    });
    expect(found).toMatchObject({ lost: [], doubled: [], corrupt: [] });
    expect(found.cameras).toHaveLength(2);
    for (const { unexplainedMs } of found.cameras) expect(unexplainedMs).toBeLessThan(1_000);
  } finally {
    await stack.close();
    await line.proxy?.close();
    await database.close();
  }
}, 120_000);
