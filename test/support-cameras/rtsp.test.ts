import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVirtualCamera, type VirtualCamera } from '../support/cameras/camera.js';
import type { VirtualCameraOptions } from '../support/cameras/camera-options.js';
import { loadSharedMedia, type SharedMedia } from '../support/cameras/shared-media.js';
import { until } from '../support/until.js';
import { converse, digestAnswer, playOpenly } from './rtsp-conversation.js';

const run = promisify(execFile);
const cameras: VirtualCamera[] = [];
let shared: SharedMedia;
let hosts = 0;

beforeAll(async () => {
  shared = await loadSharedMedia();
});
afterAll(async () => {
  await Promise.all(cameras.map((camera) => camera.close()));
});

async function start(options: Partial<VirtualCameraOptions>): Promise<VirtualCamera> {
  hosts += 1;
  const camera = await startVirtualCamera(
    { address: `127.0.21.${hosts}`, discovery: false, ...options },
    shared,
  );
  cameras.push(camera);
  return camera;
}

interface Probed {
  streams: {
    codec_name: string;
    width?: number;
    height?: number;
    sample_rate?: string;
    avg_frame_rate: string;
  }[];
  packets: { codec_type: string; pts_time: string; flags: string }[];
}

/** What ffprobe finds in two seconds of a stream, and what it complains of. */
async function probe(url: string): Promise<{ found: Probed; complaints: string }> {
  const fields = 'stream=codec_name,width,height,sample_rate,avg_frame_rate:packet=codec_type,pts_time,flags';
  const brief =
    '-v warning -rtsp_transport tcp -analyzeduration 500000 -probesize 200000 -read_intervals %+2';
  const { stdout, stderr } = await run('ffprobe', [
    ...brief.split(' '),
    '-show_entries',
    fields,
    '-of',
    'json',
    url,
  ]);
  return { found: JSON.parse(stdout) as Probed, complaints: stderr };
}

describe('the RTSP side of a virtual camera', () => {
  it.concurrent.each([
    { video: 'h264', audio: 'pcmu', rtspAuth: 'none', names: ['h264', 'pcm_mulaw'], sampleRate: '8000' },
    { video: 'h264', audio: 'pcma', rtspAuth: 'basic', names: ['h264', 'pcm_alaw'], sampleRate: '8000' },
    { video: 'h264', audio: 'aac', rtspAuth: 'digest', names: ['h264', 'aac'], sampleRate: '16000' },
    {
      video: 'h265',
      audio: 'aac',
      rtspAuth: 'basic-and-digest',
      names: ['hevc', 'aac'],
      sampleRate: '16000',
    },
    { video: 'h265', audio: null, rtspAuth: 'digest', names: ['hevc'], sampleRate: undefined },
  ] as const)('plays $video with $audio under $rtspAuth to ffprobe', async (one) => {
    const camera = await start({ ...one, password: 'p@ss:w/rd?' });
    const { found, complaints } = await probe(camera.rtspUrlWithLogin('main'));
    expect(complaints).toBe('');
    expect(found.streams.map(({ codec_name }) => codec_name)).toEqual(one.names);
    expect(found.streams[0]).toMatchObject({ width: 640, height: 360, avg_frame_rate: '15/1' });
    expect(found.streams[1]?.sample_rate).toBe(one.sampleRate);

    const pictures = found.packets.filter(({ codec_type }) => codec_type === 'video');
    expect(pictures[0]?.flags).toContain('K');
    // ffprobe 5 leaves the first picture's time out, whatever the server.
    const times = pictures.slice(1).map(({ pts_time }) => Number(pts_time));
    const steps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    expect(steps.every((step) => Math.abs(step - 1 / 15) < 0.001)).toBe(true);
    expect(pictures.filter(({ flags }) => flags.includes('K')).length).toBeGreaterThanOrEqual(2);
    expect(camera.counters.failedLogins).toBe(0);
  });

  it.concurrent('decodes without a complaint across the end of the clip, and in the sub stream', async () => {
    const nearTheEndMs = 8_500;
    const camera = await start({ rtspAuth: 'digest', audio: 'aac', monotonicMs: () => nearTheEndMs });
    const decode = async (url: string, seconds: string) =>
      (
        await run('ffmpeg', [
          '-v',
          'warning',
          '-nostdin',
          '-rtsp_transport',
          'tcp',
          '-i',
          url,
          '-t',
          seconds,
          '-f',
          'null',
          '-',
        ])
      ).stderr;
    const complaints = await Promise.all([
      decode(camera.rtspUrlWithLogin('main'), '4'),
      decode(camera.rtspUrlWithLogin('sub'), '2'),
    ]);
    expect(complaints).toEqual(['', '']);
    expect(camera.counters.rtspSessionsStarted).toBe(2);
    await until(() => camera.counters.openRtspSessions === 0, { what: 'both sessions to be closed' });
  });

  it.concurrent('asks SHA-256 of ffmpeg 5, which cannot, and of a client that can (Q62)', async () => {
    const camera = await start({ rtspAuth: 'digest-sha256' });
    const version = (await run('ffprobe', ['-version'])).stdout;
    if (/version [45]\./.test(version)) {
      await expect(probe(camera.rtspUrlWithLogin())).rejects.toThrow(/401 Unauthorized/);
    }
    const conversation = await converse(camera.address, camera.rtspPort);
    const request = { method: 'DESCRIBE', uri: camera.rtspUrl() };
    const refused = await conversation.ask(request.method, request.uri);
    const challenge = refused.headers.get('www-authenticate')?.[0] ?? '';
    expect(challenge).toMatch(/^Digest .*algorithm=SHA-256/);
    const Authorization = digestAnswer(challenge, camera, request);
    const described = await conversation.ask(request.method, request.uri, { Authorization });
    expect(described.status).toBe(200);
    expect(described.headers.get('content-base')).toEqual([`${camera.rtspUrl()}/`]);
    expect(described.body).toMatch(
      /a=fmtp:96 packetization-mode=1;profile-level-id=64\w{4};sprop-parameter-sets=/,
    );
    expect(described.body).toContain('a=framerate:15\r\n');

    const replayed = await conversation.ask(request.method, request.uri, { Authorization });
    expect(replayed.status).toBe(401);
    expect(replayed.headers.get('www-authenticate')?.[0]).toContain('stale="TRUE"');
    conversation.close();
  });

  it.concurrent('offers MD5, then SHA-256, and takes either', async () => {
    const camera = await start({ rtspAuth: 'digest-both' });
    const conversation = await converse(camera.address, camera.rtspPort);
    const request = { method: 'DESCRIBE', uri: camera.rtspUrl() };
    const challenges =
      (await conversation.ask('DESCRIBE', request.uri)).headers.get('www-authenticate') ?? [];
    expect(challenges).toHaveLength(2);
    for (const challenge of challenges) {
      const Authorization = digestAnswer(challenge, camera, request);
      expect((await conversation.ask('DESCRIBE', request.uri, { Authorization })).status).toBe(200);
    }
    conversation.close();
  });

  it.concurrent('calls a right answer to an old nonce stale instead of wrong', async () => {
    const time = { ms: 0 };
    const camera = await start({ nonceLifetimeMs: 60_000, monotonicMs: () => time.ms });
    const conversation = await converse(camera.address, camera.rtspPort);
    const request = { method: 'DESCRIBE', uri: camera.rtspUrl() };
    const challenge =
      (await conversation.ask('DESCRIBE', request.uri)).headers.get('www-authenticate')?.[0] ?? '';
    time.ms = 61_000;
    const Authorization = digestAnswer(challenge, camera, request);
    const answer = await conversation.ask('DESCRIBE', request.uri, { Authorization });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')?.[0]).toContain('stale="TRUE"');
    expect(camera.counters.failedLogins).toBe(0);
    conversation.close();
  });

  it.concurrent(
    'answers unknown paths, tracks, sessions, transports and methods as the standard says',
    async () => {
      const camera = await start({ rtspAuth: 'none' });
      const conversation = await converse(camera.address, camera.rtspPort);
      const uri = camera.rtspUrl();
      const status = async (...request: Parameters<typeof conversation.ask>) =>
        (await conversation.ask(...request)).status;
      expect(await status('OPTIONS', uri)).toBe(200);
      expect(await status('DESCRIBE', uri.toLowerCase())).toBe(404);
      expect(await status('SETUP', `${uri}/trackID=9`)).toBe(404);
      expect(
        await status('SETUP', `${uri}/trackID=1`, { Transport: 'RTP/AVP;unicast;client_port=5000-5001' }),
      ).toBe(461);
      expect(await status('PLAY', uri)).toBe(454);
      expect(await status('RECORD', uri)).toBe(405);
      conversation.close();
    },
  );

  it.concurrent(
    'refuses with 453 the session that is one too many, and takes it when another has ended',
    async () => {
      const camera = await start({ rtspAuth: 'none', rtspSessionsMax: 2 });
      const [first] = [await playOpenly(camera), await playOpenly(camera)];
      await expect(playOpenly(camera)).rejects.toThrow('SETUP was answered 453');
      expect(camera.counters.openRtspSessions).toBe(2);
      first.close();
      await until(() => camera.counters.openRtspSessions === 1, { what: 'the first session to end' });
      (await playOpenly(camera)).close();
    },
  );
});
