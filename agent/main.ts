import { startAgent, type Agent, type AgentOptions } from './agent.js';

export interface RunOptions extends Omit<AgentOptions, 'signal'> {
  /** How long enrolling may take; null: until somebody approves the box. */
  enrolTimeoutMs: number | null;
  /** How long the first connection may take; null: for ever, as recording goes on without the registry. */
  connectTimeoutMs: number | null;
}

/** The time to reach the registry is over. */
export class NotReached extends Error {
  override readonly name = 'NotReached';
  readonly denied: boolean;
  constructor(denied: boolean, message: string) {
    super(message);
    this.denied = denied;
  }
}

/** Nobody let the box in within the time given. */
export class NotApproved extends Error {
  override readonly name = 'NotApproved';
}

/**
 * Runs the agent in the foreground until SIGINT or SIGTERM, then closes it in order. Throws what `startAgent`
 * throws, and {@link NotReached} when a time limit passes first.
 */
export async function runAgent(o: RunOptions): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const limit =
    o.enrolTimeoutMs === null ? new AbortController().signal : AbortSignal.timeout(o.enrolTimeoutMs);
  let agent: Agent;
  let problem = 'it did not answer';
  let denied = false;
  const shown: { url: string | null } = { url: null };
  let connected: () => void = () => undefined;
  const firstConnection = new Promise<'connected'>((resolve) => {
    connected = () => resolve('connected');
  });
  try {
    agent = await startAgent({
      ...o,
      signal: AbortSignal.any([stop.signal, limit]),
      onProgress(progress) {
        if (progress.step === 'connected') connected();
        if (progress.step === 'needs_approval') shown.url = progress.url;
        if (progress.step === 'enrolling') problem = progress.problem;
        if (progress.step === 'disconnected') {
          problem = progress.detail;
          denied = progress.why === 'denied';
        }
        o.onProgress(progress);
      },
    });
  } catch (error) {
    if (stop.signal.aborted) return;
    if (limit.aborted && shown.url !== null)
      throw new NotApproved(`Nobody let this box in at ${shown.url}. Run the command again for a new code.`);
    if (limit.aborted) throw new NotReached(false, `The registry was not reached in time: ${problem}`);
    throw error;
  }
  try {
    const stopped = new Promise<'stopped'>((resolve) => {
      if (stop.signal.aborted) resolve('stopped');
      stop.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
    });
    const race: Promise<'stopped' | 'connected' | 'late'>[] = [stopped, firstConnection];
    let timer: NodeJS.Timeout | undefined;
    if (o.connectTimeoutMs !== null) {
      const limitMs = o.connectTimeoutMs;
      race.push(
        new Promise((resolve) => {
          timer = setTimeout(() => resolve('late'), limitMs);
        }),
      );
    }
    const first = await Promise.race(race);
    clearTimeout(timer);
    if (first === 'late') throw new NotReached(denied, `The registry was not reached in time: ${problem}`);
    await stopped;
  } finally {
    await agent.close();
  }
}
