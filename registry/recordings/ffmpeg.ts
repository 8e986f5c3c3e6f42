import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../errors.js';

export interface FfmpegWork {
  /** Between the input and the output, without either. */
  args: readonly string[];
  /** What it reads: fragmented MP4. */
  input: AsyncIterable<Uint8Array>;
  /** A file, or `pipe:1` for what is answered. */
  output: string;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** More than this on standard output is no picture. */
const maxAnswerBytes = 16 * 1024 * 1024;
const keptComplaint = 500;

const always = ['-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'pipe,file', '-f', 'mp4'];

/**
 * Runs ffmpeg once on a stream and answers what it wrote on standard output. Whatever happens, the process is
 * gone when this settles. Rejects with what the input rejected with, with `unavailable` when ffmpeg is missing
 * or takes too long, with an Error that holds its last words otherwise.
 */
export async function runFfmpeg(work: FfmpegWork): Promise<Buffer> {
  const deadline = AbortSignal.timeout(work.timeoutMs);
  const ends = new AbortController();
  const anyEnd = AbortSignal.any([deadline, ends.signal, ...(work.signal ? [work.signal] : [])]);
  anyEnd.throwIfAborted();
  const child = spawn('ffmpeg', [...always, '-i', 'pipe:0', ...work.args, work.output], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  anyEnd.addEventListener('abort', kill, { once: true });

  const answer: Buffer[] = [];
  let answerBytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    answerBytes += chunk.byteLength;
    if (answerBytes > maxAnswerBytes) kill();
    else answer.push(chunk);
  });
  let complaint = '';
  child.stderr.on(
    'data',
    (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-keptComplaint)),
  );
  const exit = new Promise<{ code: number | null; error: NodeJS.ErrnoException | null }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, error }));
    child.once('close', (code) => resolve({ code, error: null }));
  });

  const source = Readable.from(work.input, { objectMode: false });
  let inputFault: unknown = null;
  source.once('error', (error) => {
    inputFault = error;
    ends.abort();
  });
  // ffmpeg may have seen enough and close its end; that is no fault of the input.
  await pipeline(source, child.stdin).catch(() => undefined);
  const { code, error } = await exit;
  anyEnd.removeEventListener('abort', kill);
  if (inputFault !== null) throw inputFault;
  if (error?.code === 'ENOENT') {
    throw new Failure(
      'unavailable',
      'ffmpeg is not installed where the registry runs. Install it (apt-get install ffmpeg), then try again.',
    );
  }
  if (error !== null) throw error;
  work.signal?.throwIfAborted();
  if (deadline.aborted) {
    throw new Failure('unavailable', `ffmpeg did not finish within ${work.timeoutMs / 1_000} s. Try again.`);
  }
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${complaint.trim()}`);
  return Buffer.concat(answer);
}
