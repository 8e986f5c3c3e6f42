import { spawn } from 'node:child_process';

export interface Play {
  argv: readonly string[];
  /** Exit code, null after a signal. */
  ended: Promise<number | null>;
  /** Rejects with what the player wrote to its log unless it ends well. */
  succeeded(): Promise<void>;
  output(): string;
  errors(): string;
  kill(): Promise<void>;
}

const options = ['-rtsp_transport', 'tcp', '-timeout', '8000000', '-analyzeduration', '1000000'];

/** A real player on a stream: ffprobe lists its codecs, ffmpeg plays it until it ends. */
export function play(command: 'ffmpeg' | 'ffprobe', url: string): Play {
  const argv =
    command === 'ffprobe'
      ? ['-v', 'verbose', ...options, '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', url]
      : [
          '-v',
          'verbose',
          '-nostdin',
          ...options,
          '-i',
          url,
          '-map',
          '0:v:0',
          '-c',
          'copy',
          '-f',
          'null',
          '-',
        ];
  const child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  return {
    argv,
    ended,
    async succeeded() {
      const code = await ended;
      if (code !== 0) throw new Error(`${command} ended with ${code}: ${errors}`);
    },
    output: () => output,
    errors: () => errors,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
