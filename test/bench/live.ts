import { systemClock } from '@gantry/agent/clock.js';
import { createFragmentCutter, type MediaPiece } from '@gantry/agent/live/fragment-cutter.js';
import { liveLine } from '@gantry/agent/live/live-line.js';
import type { RunLive } from '@gantry/agent/live/live-pull.js';
import type { Credentials } from '@gantry/agent/rtsp/bridge.js';
import { pipeFfmpeg } from '@gantry/agent/recorder/ffmpeg.js';
import assert from 'node:assert/strict';
import { until } from '../support/until.js';
import type { Bench } from './bench.js';
import { compare, type Comparison, type Sample, type Variant } from './harness.js';
import { startLive, type BenchLive } from './live-site.js';
import { startTap, type LiveTap } from './live-tap.js';
import { startCameras } from './programs.js';
import { figure } from './report.js';
import { median, quantile } from './statistics.js';
import { usageOf } from './usage.js';

export const live: Bench = {
  name: 'live',
  what: 'delay of live pictures through agent and registry against a plain ffmpeg at the same camera; memory per viewer',
  async *run(stage) {
    const watchMs = stage.smoke ? 1_000 : 12_000;
    const rounds = { rounds: stage.smoke ? 1 : 5, warmup: stage.smoke ? 0 : 1 };
    const [offer] = await startCameras(stage, { cameras: 1, audio: null, picturesPerTick: 1 });
    assert.ok(offer);
    const tap = await startTap(stage, offer.url);
    /** When each fragment had left ffmpeg, by its own bytes. */
    const made = new Map<string, number>();
    const run: RunLive = (line, onBytes) => {
      const cut = createFragmentCutter();
      return pipeFfmpeg(line, {
        clock: systemClock,
        onBytes(bytes) {
          for (const piece of cut(bytes)) made.set(nameOf(piece), performance.now());
          onBytes(bytes);
        },
      });
    };
    const site = await startLive(stage, { offer, url: tap.url, run });
    const delays: Record<'ours' | 'peer', number[]> = { ours: [], peer: [] };
    const added: number[] = [];

    const measured = (
      role: 'ours' | 'peer',
      label: string,
      play: (take: (bytes: Buffer) => void) => Promise<() => Promise<void>>,
    ): Variant => ({
      label,
      run: async (): Promise<Sample> => {
        const seen = createDelays(tap, (name, atMs) => {
          const madeAtMs = made.get(name);
          if (role === 'ours' && madeAtMs !== undefined) added.push(atMs - madeAtMs);
        });
        const stop = await play((bytes) => seen.take(bytes));
        await until(() => seen.spanMs() >= watchMs, { timeoutMs: watchMs + 30_000, what: 'enough pictures' });
        await stop();
        // Our pull outlives its last viewer; the next round shall begin with a new one.
        await until(() => !tap.isPlayed(), { timeoutMs: 20_000, what: 'the pull to end' });
        delays[role].push(...seen.delaysMs);
        return {
          cost: median(seen.delaysMs),
          check: () => assert.ok(seen.delaysMs.length >= watchMs / 400, `${seen.delaysMs.length} fragments`),
        };
      },
    });
    const delay = await compare({
      name: 'live, delay of a picture',
      unit: 'ms from the camera’s last packet of a fragment until a viewer has it whole',
      ...rounds,
      variants: {
        ours: measured('ours', 'bridge → ffmpeg → agent → registry → HTTP', (take) => watchOurs(site, take)),
        peer: measured('peer', 'ffmpeg alone', async (take) => playPlain(tap, offer.credentials, take)),
      },
    });
    const p99 = (list: readonly number[]) => quantile(list, 0.99);
    delay.notes.push(
      `p99: ${figure(p99(delays.ours))} ms against ${figure(p99(delays.peer))} ms`,
      `after ffmpeg, agent and registry add ${figure(median(added))} ms, p99 ${figure(p99(added))} ms (promise: p99 ≤ 5 ms)`,
    );
    yield delay;

    yield await firstPicture(tap, made, rounds, {
      ours: (take) => watchOurs(site, take),
      peer: async (take) => playPlain(tap, offer.credentials, take),
    });

    const viewers = stage.smoke ? 4 : 200;
    yield await compare({
      name: `live, memory of the registry, ${viewers} viewers`,
      unit: 'MB (PSS)',
      ...rounds,
      variants: {
        ours: holding(site, viewers, `${viewers} viewers of one camera`),
        floor: holding(site, 1, 'one viewer'),
      },
    });
  },
};

type Play = (take: (bytes: Buffer) => void) => Promise<() => Promise<void>>;

/** From nothing running to the first picture; `made`: when our ffmpeg gave each fragment. */
async function firstPicture(
  tap: LiveTap,
  made: ReadonlyMap<string, number>,
  rounds: { rounds: number; warmup: number },
  plays: Record<'ours' | 'peer', Play>,
): Promise<Comparison> {
  const steps = { asked: [] as number[], sent: [] as number[], made: [] as number[] };
  const cold = (label: string, play: Play, isOurs: boolean): Variant => ({
    label,
    run: async (): Promise<Sample> => {
      const cut = createFragmentCutter();
      const startedMs = performance.now();
      const first: { name: string; atMs: number }[] = [];
      const stop = await play((bytes) => {
        const atMs = performance.now();
        for (const piece of cut(bytes))
          if (piece.kind === 'fragment') first.push({ name: nameOf(piece), atMs });
      });
      const { name, atMs } = await until(() => first[0], { timeoutMs: 30_000, what: 'the first picture' });
      if (isOurs) {
        steps.asked.push(tap.playedAtMs() - startedMs);
        steps.sent.push((tap.passedAtMs(0) ?? NaN) - startedMs);
        steps.made.push((made.get(name) ?? NaN) - startedMs);
      }
      await stop();
      await until(() => !tap.isPlayed(), { timeoutMs: 20_000, what: 'the pull to end' });
      return { cost: atMs - startedMs, check: () => assert.ok(atMs > startedMs) };
    },
  });
  const compared = await compare({
    name: 'live, first picture of a camera nobody watched',
    unit: 'ms from asking for it until a viewer has it whole',
    ...rounds,
    variants: {
      ours: cold('HTTP → registry → broker → agent → bridge → ffmpeg, and back', plays.ours, true),
      peer: cold('ffmpeg alone', plays.peer, false),
    },
  });
  const at = (list: readonly number[]) => figure(median(list));
  compared.notes.push(
    `ours, step by step: ffmpeg dials after ${at(steps.asked)} ms, the first picture leaves the camera after ${at(steps.sent)} ms and ffmpeg after ${at(steps.made)} ms`,
  );
  return compared;
}

const nameOf = (piece: MediaPiece): string => piece.bytes.subarray(0, 200).toString('base64');

/** Cuts what comes and says, of each fragment but the last, how long after the camera it was there. */
function createDelays(tap: LiveTap, onFragment: (name: string, atMs: number) => void) {
  const cut = createFragmentCutter();
  const delaysMs: number[] = [];
  const startedMs = performance.now();
  let before: { atMs: number } | null = null;
  let begunMs: number | null = null;
  return {
    delaysMs,
    spanMs: () => (begunMs === null ? 0 : performance.now() - begunMs),
    take(bytes: Buffer) {
      const atMs = performance.now();
      for (const piece of cut(bytes)) {
        if (piece.kind === 'init') continue;
        // A fragment goes out with the first picture of the next one: that one's time says when it could.
        const passedMs = before && tap.passedAtMs(startTicks(piece.bytes));
        if (before && passedMs !== null && atMs - startedMs > settleMs) delaysMs.push(before.atMs - passedMs);
        if (atMs - startedMs > settleMs) {
          begunMs ??= atMs;
          onFragment(nameOf(piece), atMs);
        }
        before = { atMs };
      }
    },
  };
}

/** What ffmpeg looked at before it began comes at once and says nothing about delay. */
const settleMs = 2_500;

/** `tfdt` of a fragment (ISO/IEC 14496-12 §8.8.12), version 1 as ffmpeg writes it; ffmpeg keeps RTP's 90 kHz. */
function startTicks(fragment: Buffer): number {
  const at = fragment.indexOf('tfdt', 0, 'latin1');
  assert.ok(at > 0, 'a fragment without a time');
  return Number(fragment.readBigUInt64BE(at + 8)) % 2 ** 32;
}

async function watchOurs(site: BenchLive, take: (bytes: Buffer) => void): Promise<() => Promise<void>> {
  const leaving = new AbortController();
  const response = await site.api.fetch(`/cameras/${site.cameraId}/live`, { signal: leaving.signal });
  assert.equal(response.status, 200, response.status === 200 ? '' : await response.text());
  const reading = (async () => {
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) take(Buffer.from(bytes));
  })().catch(() => undefined);
  return async () => {
    leaving.abort();
    await reading;
  };
}

function playPlain(
  tap: LiveTap,
  { username, password }: Credentials,
  take: (bytes: Buffer) => void,
): () => Promise<void> {
  const login = [username, password].map(encodeURIComponent).join(':');
  const url = tap.url.replace('rtsp://', `rtsp://${login}@`);
  const run = pipeFfmpeg(liveLine({ url, video: 'h264', probing: 'quick' }), {
    clock: systemClock,
    onBytes: take,
  });
  return async () => void (await run.stop());
}

const holding = (site: BenchLive, count: number, label: string): Variant => ({
  label,
  run: async () => {
    let receivedBytes = 0;
    const stops = await Promise.all(
      Array.from({ length: count }, () => watchOurs(site, (bytes) => (receivedBytes += bytes.byteLength))),
    );
    await until(() => receivedBytes > count * 100_000, { timeoutMs: 60_000, what: 'pictures for all' });
    const { memoryBytes } = await usageOf([site.registryPid]);
    await Promise.all(stops.map((stop) => stop()));
    return { cost: memoryBytes / 1e6, check: () => assert.ok(receivedBytes > 0) };
  },
});
