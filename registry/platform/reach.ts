import { lookup } from 'node:dns/promises';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What lies on the way to a registry, in the order in which one needs the other. */
export const reachSteps = ['dns', 'port', 'tls', 'http'] as const;
export type ReachStep = (typeof reachSteps)[number];

export interface Reached {
  step: ReachStep;
  ok: boolean;
  /** What was found, or the error as the system said it. */
  detail: string;
}

/**
 * Goes the way that browsers and agents go to a registry at `url`, from this machine, and ends at the first step that
 * fails; never rejects. `patienceMs`: of each step.
 */
export async function reach(url: string, patienceMs = 5_000): Promise<Reached[]> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const at = { host, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
  const way: Partial<Record<ReachStep, () => Promise<string>>> = {
    dns: async () => (await lookup(host)).address,
    port: () => opened((onOpen) => connectTcp({ ...at, timeout: patienceMs }, onOpen)),
    ...(protocol === 'https:' && {
      tls: () =>
        opened((onOpen) =>
          connectTls({ ...at, servername: host, timeout: patienceMs, ALPNProtocols: ['http/1.1'] }, onOpen),
        ),
    }),
    http: () => healthOf(url, patienceMs),
  };
  const reached: Reached[] = [];
  for (const step of reachSteps) {
    const take = way[step];
    if (take === undefined) continue;
    try {
      reached.push({ step, ok: true, detail: await take() });
    } catch (error) {
      const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
      return [...reached, { step, ok: false, detail: message || code || 'it failed' }];
    }
  }
  return reached;
}

/** Opens a connection, says how long that took, and closes it. */
function opened(open: (onOpen: () => void) => ReturnType<typeof connectTcp>): Promise<string> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const socket = open(() => {
      socket.destroy();
      resolve(`${Math.round(performance.now() - began)} ms`);
    });
    socket.once('error', reject);
    socket.once('timeout', () => {
      socket.destroy();
      reject(new Error('no answer in time: a firewall drops it, or the address is another machine’s'));
    });
  });
}

async function healthOf(url: string, patienceMs: number): Promise<string> {
  const began = performance.now();
  const answer = await fetch(`${url}/api/v1/health`, { signal: AbortSignal.timeout(patienceMs) });
  const body = (await answer.json().catch(() => null)) as { status?: string } | null;
  if (body?.status !== 'ok') throw new Error(`it answers ${answer.status}, but is no registry in order`);
  return `${Math.round(performance.now() - began)} ms`;
}
