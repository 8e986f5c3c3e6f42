import { startStack } from '../support/stack.js';
import { residentBytes } from '../support/processes.js';
import { runDisableRounds } from './disable-rounds.js';
import { runKillRounds } from './kill-rounds.js';

/**
 * The long runs behind the figures of the README: `node test/dist/faults/main.js disable|kill|memory`. Ends with
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

const [name, cameras = '16', rounds = '10'] = process.argv.slice(2);
const runs = {
  disable: () => disable(Number(cameras), Number(rounds)),
  kill: () => kill(Number(cameras), Number(rounds)),
  memory,
};
if (name === 'disable' || name === 'kill' || name === 'memory') {
  process.exitCode = (await runs[name]()) ? 0 : 1;
} else {
  say('usage: node test/dist/faults/main.js disable|kill [CAMERAS] [ROUNDS] | memory');
  process.exitCode = 2;
}
