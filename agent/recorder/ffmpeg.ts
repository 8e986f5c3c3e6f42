import { execFile, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Writable, type Readable } from 'node:stream';
import Ffmpeg from 'fluent-ffmpeg';
import type { Clock } from '../clock.js';
import { installHint } from './outcome.js';
import type { RecorderLine } from './recorder-line.js';

/** Why ffmpeg cannot be used here, with what to do about it. */
export class FfmpegMissing extends Error {
  override name = 'FfmpegMissing';
}

const oldestMajorVersion = 5;

/**
 * Asks ffmpeg for its version.
 *
 * @returns the version, for example `5.1.9`; a build from git answers its whole name and is taken as new enough.
 * @throws {FfmpegMissing} when there is none or it is older than 5.
 */
export async function checkFfmpeg(path = process.env['FFMPEG_PATH'] ?? 'ffmpeg'): Promise<string> {
  const answer = await new Promise<string | Error>((resolve) => {
    execFile(path, ['-version'], { timeout: 10_000 }, (error, stdout) => resolve(error ?? stdout));
  });
  if (answer instanceof Error) {
    const why =
      'code' in answer && answer.code === 'ENOENT' ? 'was not found' : `does not run (${answer.message})`;
    throw new FfmpegMissing(
      `Recording needs ffmpeg ≥ ${oldestMajorVersion}, but \`${path}\` ${why}. ${installHint}`,
    );
  }
  const version = /^ffmpeg version n?(\S+)/.exec(answer)?.[1] ?? 'unknown';
  const major = Number.parseInt(version, 10);
  if (major < oldestMajorVersion) {
    throw new FfmpegMissing(
      `Recording needs ffmpeg ≥ ${oldestMajorVersion}, but \`${path}\` is ${version}. ${installHint}`,
    );
  }
  return version;
}

export interface FfmpegExit {
  /** Exit code or signal for the log; never a verdict: ffmpeg exits 0 when a camera dies (field notes). */
  how: string;
  /** Last lines of standard error. */
  stderr: string;
}

/** One running ffmpeg. */
export interface FfmpegRun {
  /** Resolves with the process id once spawned, null when it could not be. */
  spawned: Promise<number | null>;
  /** Resolves when the process is gone and all of its output was delivered; never rejects. */
  exited: Promise<FfmpegExit>;
  /** SIGINT, SIGTERM after 3 s, SIGKILL after 2 s more; resolves like `exited`. */
  stop(): Promise<FfmpegExit>;
}

const patience = { interruptMs: 3_000, terminateMs: 2_000 };

/** Starts ffmpeg with a recorder line; `onLine` gets each line of its standard output in order. */
export function runFfmpeg(
  line: RecorderLine,
  o: { clock: Clock; onLine: (line: string) => void },
): FfmpegRun {
  return run(commandOf(line).output(line.output), o.clock, (stdout) => {
    const lines = createInterface({ input: stdout });
    lines.on('line', o.onLine);
    return new Promise((closed) => lines.once('close', closed));
  });
}

/** Starts ffmpeg with its output on standard output; `onBytes` gets it in pieces, in order. */
export function pipeFfmpeg(
  line: Omit<RecorderLine, 'output'>,
  o: { clock: Clock; onBytes: (bytes: Buffer) => void },
): FfmpegRun {
  const sink = new Writable({
    write(bytes: Buffer, _encoding, done) {
      o.onBytes(bytes);
      done();
    },
  });
  // Left open at the end: fluent-ffmpeg takes a closed output for a failure.
  return run(
    commandOf(line).output(sink, { end: false }),
    o.clock,
    (stdout) => new Promise((closed) => stdout.once('close', closed)),
  );
}

// `stdoutLines` bounds what fluent-ffmpeg itself keeps of the segment list and of standard error.
const commandOf = (line: Omit<RecorderLine, 'output'>): Ffmpeg.FfmpegCommand =>
  Ffmpeg({ stdoutLines: 20 })
    .input(line.input)
    .inputOptions(line.inputOptions)
    .outputOptions(line.outputOptions);

/** `follow` resolves when all of standard output was delivered. */
function run(
  command: Ffmpeg.FfmpegCommand,
  clock: Clock,
  follow: (stdout: Readable) => Promise<void>,
): FfmpegRun {
  let child: ChildProcess | null = null;
  let stopping: Promise<FfmpegExit> | null = null;
  const listed: Promise<void>[] = [];

  const exited = new Promise<FfmpegExit>((resolve) => {
    const finish = (how: string, stderr: string | null | undefined): void => {
      void Promise.allSettled(listed).then(() => resolve({ how, stderr: stderr ?? '' }));
    };
    command.once('end', (_stdout, stderr) => finish('exited with code 0', stderr));
    command.once('error', (error, _stdout, stderr) => finish(error.message, stderr));
    // A second `error` has no meaning, but without a listener it ends the agent.
    command.on('error', () => {});
    command.once('start', () => {
      child = (command as unknown as { ffmpegProc: ChildProcess }).ffmpegProc;
      // fluent-ffmpeg's own listener reads rings it was not given when spawning fails, and throws.
      child.removeAllListeners('error');
      child.on('error', (error) => finish(error.message, null));
      if (child.stdout) listed.push(follow(child.stdout));
    });
  });
  const spawned = Promise.race([
    new Promise<number | null>((resolve) => command.once('start', () => resolve(child?.pid ?? null))),
    exited.then(() => null),
  ]);

  const descend = async (): Promise<FfmpegExit> => {
    await spawned;
    const over = new AbortController();
    void exited.then(() => over.abort());
    const pause = (durationMs: number): Promise<void> => clock.sleep(durationMs, over.signal).catch(() => {});
    for (const [signal, pauseMs] of [
      ['SIGINT', patience.interruptMs],
      ['SIGTERM', patience.terminateMs],
    ] as const) {
      if (over.signal.aborted) break;
      child?.kill(signal);
      await pause(pauseMs);
    }
    if (!over.signal.aborted) child?.kill('SIGKILL');
    return exited;
  };

  command.run();
  return { spawned, exited, stop: () => (stopping ??= descend()) };
}
