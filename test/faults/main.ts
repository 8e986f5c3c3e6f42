import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@gantry/registry/log.js';
import { startRegistry } from '@gantry/registry/registry.js';
import { descendantsOf } from '../bench/usage.js';
import { launchBrowser, signInTo } from '../registry/portal/browser.js';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.js';
import { testConfig } from '../support/registry.js';
import { startStack, type Stack, type StackOptions } from '../support/stack.js';
import { residentBytes } from '../support/processes.js';
import { runDisableRounds } from './disable-rounds.js';
import { runKillRounds } from './kill-rounds.js';
import { mountSmallDisk, runSoak, soakFaults } from './soak.js';
import { runInstaller, type WaitingBox } from './installer.js';
import { registeredAt, runOnboarding } from './onboarding.js';
import { runUploads } from './uploads.js';

const usage = `node test/dist/faults/main.js NAME

  disable [CAMERAS] [ROUNDS]    switches the customer off and on over recording cameras
  kill [CAMERAS] [ROUNDS]       kills registry and agent at random moments
  memory                        of an idle agent and an idle registry
  soak [MINUTES] [CAMERAS]      a fault every minute, then an account of every second
  onboarding [CAMERAS]          one command on a new box
  installer [CAMERAS]           the same without a token, by a phone in Chromium
  uploads [UPLOADS]             over a line that is cut at random bytes
`;

/** The long runs behind the figures of the README. Ends with status 1 when an invariant broke. */
const say = (text: string) => process.stdout.write(`${text}\n`);
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
/** What a run has opened: closed in reverse when it is over, or told to end. */
const opened: (() => Promise<unknown>)[] = [];
async function takeDown(): Promise<void> {
  for (let close = opened.pop(); close !== undefined; close = opened.pop()) await close();
}
async function openStack(o: StackOptions): Promise<Stack> {
  const stack = await startStack(o);
  opened.push(() => stack.close());
  return stack;
}

async function disable(cameras: number, rounds: number): Promise<boolean> {
  const stack = await openStack({ network: '127.40.1', cameras });
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
}

async function kill(cameras: number, rounds: number): Promise<boolean> {
  const stack = await openStack({ network: '127.41.1', cameras, env: { GANTRY_LOG_LEVEL: 'debug' } });
  await stack.startAgent();
  await stack.recording(cameras);
  const found = await runKillRounds(stack, { cameras, rounds, random: Math.random });
  say(JSON.stringify(found));
  await stack.agent().end();
  await stack.registry().end();
  const leftovers = stack.leftovers();
  say(`processes left: ${leftovers.length}`);
  return [found.lost, found.doubled, found.corrupt, leftovers].every((list) => list.length === 0);
}

async function memory(): Promise<boolean> {
  const stack = await openStack({ network: '127.42.1', cameras: 3 });
  await stack.startAgent();
  await stack.recording(3);
  await stack.api.post(`/tenants/${stack.tenants.customerId}:disable`, {});
  await new Promise((resolve) => setTimeout(resolve, 30_000));
  const mb = (pid: number | undefined) => (residentBytes(pid as number) / 1_048_576).toFixed(0);
  say(
    `idle: agent ${mb(stack.agent().process.pid)} MB, registry ${mb(stack.registry().process.pid)} MB resident`,
  );
  return true;
}

async function onboarding(cameras: number): Promise<boolean> {
  const stack = await openStack({ network: '127.43.1', cameras });
  const marks = [...new Set([1, Math.min(16, cameras), cameras])];
  const found = await runOnboarding(stack, marks);
  const seconds = marks.map(
    (mark) => `${mark} after ${((found.reachedMs[mark] ?? NaN) / 1_000).toFixed(1)} s`,
  );
  say(`1 command, 0 taps, 0 fields; registered: ${seconds.join(', ')}`);
  say(`registered twice or never: ${found.wrong.length}, refused logins: ${found.refusedLogins}`);
  return found.wrong.length === 0 && found.refusedLogins === 0;
}

async function installer(cameras: number): Promise<boolean> {
  const stack = await openStack({ network: '127.45.1', cameras });
  const browser = await launchBrowser();
  if (browser === null) throw new Error('There is no Chromium here.');
  opened.push(() => browser.close());
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const page = await (await browser.newContext(phone)).newPage();
  await signInTo(page, stack.url, stack.admin);
  const startedAtMs = performance.now();
  await stack.startAgent('unknown');
  const [line] = await stack.agent().waitFor(/^.*"needs_approval".*$/);
  const codeMs = performance.now() - startedAtMs;
  const { password } = stack.site.cameras[0] as { password: string };
  const run = await runInstaller(page, JSON.parse(line) as WaitingBox, { cameras, password });
  const found = await registeredAt(stack);
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  say(`1 command, ${run.taps} taps, ${run.fields} field; the code after ${seconds(codeMs)}`);
  say(
    `from Approve: first camera after ${seconds(run.firstCameraMs)}, all ${cameras} after ${seconds(run.everyCameraMs)}`,
  );
  say(`registered twice or never: ${found.wrong.length}, refused logins: ${found.refusedLogins}`);
  return found.wrong.length === 0 && found.refusedLogins === 0;
}

async function soak(minutes: number, cameras: number): Promise<boolean> {
  const line: { proxy: FaultProxy | null } = { proxy: null };
  opened.push(async () => line.proxy?.close());
  const stack = await openStack({
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
  opened.push(async () => {
    await stack.agent()?.end();
    await unmount?.();
  });
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
}

async function uploads(count: number): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-uploads-'));
  opened.push(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  const registry = await startRegistry(testConfig(folder), { log: createLog('error') });
  opened.push(() => registry.close());
  const found = await runUploads(registry, { folder, uploads: count, random: Math.random, say });
  say(JSON.stringify(found, null, 1));
  return [found.lost, found.doubled, found.corrupt].every((list) => list.length === 0);
}

const [name, cameras = '16', rounds = '10'] = process.argv.slice(2);
const runs = {
  disable: () => disable(Number(cameras), Number(rounds)),
  kill: () => kill(Number(cameras), Number(rounds)),
  memory,
  soak: () => soak(Number(cameras), Number(rounds)),
  onboarding: () => onboarding(Number(cameras)),
  installer: () => installer(Number(cameras)),
  uploads: () => uploads(Number(cameras)),
};
// Postgres is in a process group of its own and would outlive this one.
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopped.abort();
    void giveUp().finally(() => process.exit(130));
  });
}

if (name !== undefined && Object.hasOwn(runs, name)) {
  try {
    process.exitCode = (await runs[name as keyof typeof runs]()) ? 0 : 1;
  } catch (error) {
    // What it worked with was taken down under its hands.
    if (!stopped.signal.aborted) throw error;
  } finally {
    await takeDown();
  }
} else {
  say(usage);
  process.exitCode = 2;
}

/** Also what was just being opened. */
async function giveUp(): Promise<void> {
  await takeDown();
  for (const pid of await descendantsOf(process.pid)) process.kill(pid, 'SIGTERM');
}
