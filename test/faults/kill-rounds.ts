import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Program } from '../support/program.js';
import type { Stack, StoredSegment } from '../support/stack.js';
import { until } from '../support/until.js';

export interface KillFindings {
  kills: { registry: number; agent: number };
  /** Segments the agent was told are stored. */
  acknowledged: number;
  /** Of those, without a row or without their bytes: each is lost footage. */
  lost: string[];
  /** Segments that are stored twice: the same place in a session, or the same moment of one camera. */
  doubled: string[];
  /** Rows whose object has another digest. */
  corrupt: string[];
  /** Most processes of one kind that were ever seen after a recovery: 1 postmaster, one ffmpeg per camera. */
  postmasters: number;
  recorders: number;
}

/**
 * Kills registry and agent with SIGKILL at random moments, starts them again, and looks whether anything that
 * was answered is lost. The stack must log at debug level.
 */
export async function runKillRounds(
  stack: Stack,
  o: { cameras: number; rounds: number; random: () => number },
): Promise<KillFindings> {
  const kills = { registry: 0, agent: 0 };
  const programs: Program[] = [stack.agent()];
  const most = { postmasters: 0, recorders: 0 };
  for (let round = 0; round < o.rounds; round += 1) {
    for (const victim of ['registry', 'agent'] as const) {
      // The moment is the point: nothing is waited for but chance.
      await wait(500 + o.random() * 4_000);
      await stack[victim]().end('SIGKILL');
      kills[victim] += 1;
      if (victim === 'registry') await stack.startRegistry();
      else {
        await stack.startAgent();
        programs.push(stack.agent());
      }
      await stack.recording(o.cameras);
      most.postmasters = Math.max(most.postmasters, stack.postmasters());
      most.recorders = Math.max(most.recorders, stack.recorders());
    }
  }
  const before = (await stack.segments()).length;
  await stack.uploaded(before + o.cameras);
  const acknowledged = new Set(programs.flatMap(({ lines }) => lines.flatMap(storedSegmentOf)));
  const stored = await until(
    async () => {
      const rows = await stack.segments();
      const known = new Set(rows.map(({ id }) => id));
      return [...acknowledged].every((id) => known.has(id)) ? rows : null;
    },
    { timeoutMs: 5_000, what: 'a row for every acknowledged segment' },
  ).catch(() => stack.segments());
  const corrupt: string[] = [];
  for (const segment of stored) {
    if ((await digestOf(stack, segment)) !== segment.sha256) corrupt.push(segment.id);
  }
  const known = new Set(stored.map(({ id }) => id));
  return {
    kills,
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((id) => !known.has(id)),
    doubled: doubledIn(stored),
    corrupt,
    ...most,
  };
}

/** The id in a line of the agent's log that tells of a stored upload. */
export function storedSegmentOf(line: string): string[] {
  const match = /"segmentId":"(seg_\w+)","verdict":"stored"/.exec(line);
  return match?.[1] ? [match[1]] : [];
}

/** Segments that share a place in their session, or a moment with another of their camera. */
export function doubledIn(segments: readonly StoredSegment[]): string[] {
  const places = new Set<string>();
  const last = new Map<string, StoredSegment>();
  const doubled: string[] = [];
  for (const segment of segments.toSorted((a, b) => a.startedAtMs - b.startedAtMs)) {
    const { id, cameraId, sessionId, sequence } = segment;
    const place = `${sessionId} ${sequence}`;
    if (places.has(place)) doubled.push(id);
    places.add(place);
    const before = last.get(cameraId);
    const sharedMs = before ? before.startedAtMs + before.durationMs - segment.startedAtMs : 0;
    if (before && sharedMs > 0)
      doubled.push(`${placeOf(before)} and ${placeOf(segment)} of ${cameraId} share ${sharedMs} ms`);
    last.set(cameraId, segment);
  }
  return doubled;
}

const placeOf = ({ id, sessionId, sequence, startedAtMs, durationMs }: StoredSegment): string =>
  `${id} (${sessionId} ${sequence}, ${new Date(startedAtMs).toISOString()} for ${durationMs} ms)`;

export async function digestOf(stack: Stack, { storageKey }: StoredSegment): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(join(stack.folder, 'registry', 'storage', storageKey)), hash);
    return hash.digest('hex');
  } catch {
    return null;
  }
}
