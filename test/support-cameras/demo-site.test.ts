import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../support/until.js';

const program = path.join(import.meta.dirname, '..', 'dist', 'demo', 'site.js');

/** The demo site as its own process, and what it has printed. */
function run(...flags: string[]) {
  const child = spawn(process.execPath, [program, '--network', '127.0.28', ...flags]);
  const printed = { out: '', error: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.error += chunk.toString()));
  return { child, printed, ended: once(child, 'exit') as Promise<[number | null]> };
}

describe.skipIf(!existsSync(program))('the demo site (compiled: `npm run build` first)', () => {
  it('says in one line of JSON that it is ready, and ends on SIGTERM', async () => {
    const site = run('--cameras', '4', '--rtsp-port', '0', '--onvif-port', '0');
    await until(() => site.printed.out.endsWith('\n'), { what: 'the line', timeoutMs: 60_000 });
    const line = JSON.parse(site.printed.out) as {
      ready: boolean;
      cameras: { kind: string; rtspUrl: string }[];
    };
    expect(line.ready).toBe(true);
    expect(line.cameras.map(({ kind }) => kind)).toEqual(['onvif', 'onvif', 'generic', 'onvif']);
    expect(line.cameras[0]?.rtspUrl).toMatch(/^rtsp:\/\/127\.0\.28\.11:\d+\/Streaming\/Channels\/101$/);
    site.child.kill('SIGTERM');
    expect((await site.ended)[0]).toBe(0);
    expect(site.printed.error).toBe('');
  });

  it('says what is wrong when a port is taken or a flag means nothing', async () => {
    const first = run('--cameras', '1', '--rtsp-port', '8559', '--onvif-port', '0');
    await until(() => first.printed.out.endsWith('\n'), { what: 'the line', timeoutMs: 60_000 });
    const second = run('--cameras', '1', '--rtsp-port', '8559', '--onvif-port', '0');
    expect((await second.ended)[0]).toBe(1);
    expect(second.printed.error).toContain(
      'TCP 127.0.28.11:8559: another program uses it; stop that program',
    );
    const third = run('--cameras', 'many');
    expect((await third.ended)[0]).toBe(1);
    expect(third.printed.error).toContain('--cameras must be a number from 0 to 244, not "many"');
    first.child.kill('SIGINT');
    expect((await first.ended)[0]).toBe(0);
  });
});
