import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@gantry/agent/clock.js';
import { checkFfmpeg, FfmpegMissing, runFfmpeg } from '@gantry/agent/recorder/ffmpeg.js';
import { createStartGate } from '@gantry/agent/recorder/start-gate.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-ffmpeg-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const programSaying = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho '${text}'\n`);
  await chmod(path, 0o755);
  return path;
};

describe('ffmpeg', () => {
  it('tells its version', async () => {
    expect(await checkFfmpeg()).toMatch(/^\d+\.\d+|^N-|unknown/);
  });
  it('says how to install it when it is missing', async () => {
    const check = checkFfmpeg(join(folder, 'no-ffmpeg'));
    await expect(check).rejects.toThrow(FfmpegMissing);
    await expect(check).rejects.toThrow(/was not found.*apt-get install ffmpeg/);
  });
  it('is refused when it is too old', async () => {
    const old = await programSaying('old', 'ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright');
    await expect(checkFfmpeg(old)).rejects.toThrow(/≥ 5.*is 4\.4\.2/);
  });
  it('may be a build from git', async () => {
    expect(await checkFfmpeg(await programSaying('git', 'ffmpeg version N-109-gab Copyright'))).toBe(
      'N-109-gab',
    );
    expect(await checkFfmpeg(await programSaying('seven', 'ffmpeg version n7.1 Copyright'))).toBe('7.1');
  });

  it('ends in order on SIGINT and delivers its last line', async () => {
    const lines: string[] = [];
    const run = runFfmpeg(
      {
        input: 'testsrc=rate=10:size=64x64',
        inputOptions: ['-hide_banner', '-nostdin', '-re', '-f', 'lavfi'],
        outputOptions: [
          '-c:v',
          'mpeg4',
          '-g',
          '5',
          '-f',
          'segment',
          '-segment_time',
          '1',
          '-segment_list',
          'pipe:1',
        ],
        output: join(folder, 'seg-%03d.mp4'),
      },
      { clock: systemClock, onLine: (line) => lines.push(line) },
    );
    expect(await run.spawned).toBeGreaterThan(1);
    await until(() => lines.length > 0, { what: 'a line' });
    const before = lines.length;
    const [exit, again] = await Promise.all([run.stop(), run.stop()]);
    expect(again).toBe(exit);
    expect(lines.length).toBeGreaterThan(before);
  });

  it('that cannot do what it is asked ends with what it said', async () => {
    const line = {
      input: join(folder, 'nothing.mp4'),
      inputOptions: [],
      outputOptions: [],
      output: join(folder, 'x.mp4'),
    };
    const exit = await runFfmpeg(line, { clock: systemClock, onLine: () => {} }).exited;
    expect(exit.stderr).toContain('No such file');
  });
});

describe('the start gate', () => {
  it('lets four recorders start in a second and who gives up leave at once', async () => {
    const pauses: number[] = [];
    const clock = {
      ...systemClock,
      monotonicMs: () => 5_000,
      sleep: (durationMs: number, signal?: AbortSignal): Promise<void> => {
        pauses.push(durationMs);
        return signal?.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve();
      },
    };
    const gate = createStartGate({ clock, startsPerSecond: 4 });
    const stopped = AbortSignal.abort(new Error('stopped'));
    await Promise.all([1, 2, 3, 4, 5].map(() => gate.pass(new AbortController().signal)));
    expect(pauses).toEqual([250, 500, 750, 1_000]);
    await expect(gate.pass(stopped)).rejects.toThrow('stopped');
  });
});
