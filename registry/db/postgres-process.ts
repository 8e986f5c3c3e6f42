import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { readProcess } from '../process-start.js';

/** A server of this folder that still runs: postmaster.pid names it, /proc proves that it is the same process. */
export async function findLeftServer(
  dataFolder: string,
): Promise<{ pid: number; socketFolder: string | null } | null> {
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => null);
  if (text === null) return null;
  const [pidLine, , startLine, , socketLine] = text.split('\n');
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 1) return null;
  const found = await readProcess(pid);
  if (found === null || found.command !== 'postgres') return null;
  // The file has the start in whole seconds; /proc counts from a boot time that is rounded, too.
  const toleranceMs = 3_000;
  if (Math.abs(found.startedAtMs - Number(startLine) * 1000) > toleranceMs) return null;
  return { pid, socketFolder: socketLine ? socketLine.trim() : null };
}

/** SIGINT: fast shutdown; SIGQUIT: immediate, the next start recovers from the log. */
export async function stopServer(pid: number): Promise<void> {
  for (const { signal, waitMs } of [
    { signal: 'SIGINT', waitMs: 3_000 },
    { signal: 'SIGQUIT', waitMs: 1_000 },
    { signal: 'SIGKILL', waitMs: 1_000 },
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = performance.now() + waitMs;
    while (performance.now() < deadline) {
      const found = await readProcess(pid);
      if (found === null || found.command !== 'postgres') return;
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }
}

/** Ends the server that runs on a folder nobody owns any more; resolves at once when there is none. */
export async function stopLeftPostgres(folder: string): Promise<void> {
  const left = await findLeftServer(join(folder, 'data'));
  if (left === null) return;
  await stopServer(left.pid);
  if (left.socketFolder !== null) await rm(left.socketFolder, { recursive: true, force: true });
}

/** Whether a server answers a query within the time. */
export async function answers(url: string, withinMs: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: withinMs,
    query_timeout: withinMs,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 25));
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
