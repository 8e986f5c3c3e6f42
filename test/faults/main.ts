import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@gantry/registry/log.js';
import { startRegistry } from '@gantry/registry/registry.js';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.js';
import { testConfig } from '../support/registry.js';
import { startStack } from '../support/stack.js';
import { residentBytes } from '../support/processes.js';
import { runDisableRounds } from './disable-rounds.js';
import { runKillRounds } from './kill-rounds.js';
import { mountSmallDisk, runSoak, soakFaults } from './soak.js';
import { runOnboarding } from './onboarding.js';
import { runUploads } from './uploads.js';

/**
 * The long runs behind the figures of the README: `node test/dist/faults/main.js disable|kill|memory|onboarding|uploads`. Ends with
 * status 1 when an invariant broke.
 */
const say = (text: string) => process.stdout.write(`${text}\n`);
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function disable(cameras: number, rounds: number): Promise<boolean> {
  const stack = await startStack({ network: '127.40.1', cameras });
  try {
    await stack.startAgent();
    const found = await runDisableRounds(stack, cameras, rounds);
    for (const [index, round] of found.rounds.entries()) {
      say(
        `round ${index + 1}: last recorder gone after ${round.stoppedMs.toFixed(0)} ms, all back after ${round.startedMs.toFixed(0)} ms`,
      );
    }
    const stopped = found.rounds.map(({ stoppedMs }) => stoppedMs);
    say(
      `${cameras} cameras, ${rounds} rounds: p50 ${median(stopped).toFixed(0)} ms, max ${Math.max(...stopped).toFixed(0)} ms; ${found.stored} segments stored, ${found.storedWhileDisabled} of them start in a disabled time`,
    );
    return found.storedWhileDisabled === 0 && Math.max(...stopped) <= 2_000;
  } finally {
    await stack.close();
  }
}

async function kill(cameras: number, rounds: number): Promise<boolean> {
  const stack = await startStack({ network: '127.41.1', cameras, env: { GANTRY_LOG_LEVEL: 'debug' } });
  try {
    await stack.startAgent();
    await stack.recording(cameras);
    const found = await runKillRounds(stack, { cameras, rounds, random: Math.random });
    say(JSON.stringify(found));
    await stack.agent().end();
    await stack.registry().end();
    const leftovers = stack.leftovers();
    say(`processes left: ${leftovers.length}`);
    return [found.lost, found.doubled, found.corrupt, leftovers].every((list) => list.length === 0);
  } finally {
    await stack.close();
  }
}

async function memory(): Promise<boolean> {
  const stack = await startStack({ network: '127.42.1', cameras: 3 });
  try {
    await stack.startAgent();
    await stack.recording(3);
    await stack.api.post(`/tenants/${stack.tenants.customerId}:disable`, {});
    await new Promise((resolve) => setTimeout(resolve, 30_000));
    const mb = (pid: number | undefined) => (residentBytes(pid as number) / 1_048_576).toFixed(0);
    say(
      `idle: agent ${mb(stack.agent().process.pid)} MB, registry ${mb(stack.registry().process.pid)} MB resident`,
    );
    return true;
  } finally {
    await stack.close();
  }
}

async function onboarding(cameras: number): Promise<boolean> {
  const stack = await startStack({ network: '127.43.1', cameras });
  try {
    const marks = [...new Set([1, Math.min(16, cameras), cameras])];
    const found = await runOnboarding(stack, marks);
    const seconds = marks.map(
      (mark) => `${mark} after ${((found.reachedMs[mark] ?? NaN) / 1_000).toFixed(1)} s`,
    );
    say(`1 command, 0 taps, 0 fields; registered: ${seconds.join(', ')}`);
    say(`registered twice or never: ${found.wrong.length}, refused logins: ${found.refusedLogins}`);
    return found.wrong.length === 0 && found.refusedLogins === 0;
  } finally {
    await stack.close();
  }
}

async function soak(minutes: number, cameras: number): Promise<boolean> {
  const line: { proxy: FaultProxy | null } = { proxy: null };
  const stack = await startStack({
    network: '127.47.1',
    cameras,
    env: { GANTRY_LOG_LEVEL: 'debug' },
    agentEnv: () => ({
      GANTRY_TRANSPORT: 'wss',
      GANTRY_REGISTRY_URL: `http://127.0.0.1:${line.proxy?.port}`,
    }),
  });
  const disk = join(stack.folder, 'agent');
  const unmount = await mountSmallDisk(disk, 1_024);
  try {
    line.proxy = await startFaultProxy({ targetPort: Number(new URL(stack.url).port) });
    await stack.startAgent();
    await stack.recording(cameras, 300_000);
    const found = await runSoak(stack, line.proxy, {
      rounds: minutes,
      everyMs: 60_000,
      faultMs: 15_000,
      faults: soakFaults,
      disk: unmount === null ? null : disk,
      random: Math.random,
      say,
    });
    say(JSON.stringify(found, null, 1));
    const worst = Math.max(...found.cameras.map(({ unexplainedMs }) => unexplainedMs));
    say(`${found.segments} segments; unexplained at worst ${worst} ms of one camera`);
    return worst < 1_000 && [found.lost, found.doubled, found.corrupt].every((list) => list.length === 0);
  } finally {
    await stack.agent()?.end();
    await unmount?.();
    await stack.close();
    await line.proxy?.close();
  }
}

async function uploads(count: number): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-uploads-'));
  const registry = await startRegistry(testConfig(folder), { log: createLog('error') });
  try {
    const found = await runUploads(registry, { folder, uploads: count, random: Math.random, say });
    say(JSON.stringify(found, null, 1));
    return [found.lost, found.doubled, found.corrupt].every((list) => list.length === 0);
  } finally {
    await registry.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

const [name, cameras = '16', rounds = '10'] = process.argv.slice(2);
const runs = {
  disable: () => disable(Number(cameras), Number(rounds)),
  kill: () => kill(Number(cameras), Number(rounds)),
  memory,
  soak: () => soak(Number(cameras), Number(rounds)),
  onboarding: () => onboarding(Number(cameras)),
  uploads: () => uploads(Number(cameras)),
};
if (name !== undefined && Object.hasOwn(runs, name)) {
  process.exitCode = (await runs[name as keyof typeof runs]()) ? 0 : 1;
} else {
  say(
    'usage: node test/dist/faults/main.js disable|kill [CAMERAS] [ROUNDS] | onboarding [CAMERAS] | uploads [UPLOADS] | memory',
  );
  process.exitCode = 2;
}
