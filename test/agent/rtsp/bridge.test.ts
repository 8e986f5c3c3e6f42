import { systemClock } from '@gantry/agent/clock.js';
import { createLog } from '@gantry/agent/log.js';
import { startRtspBridge, type BridgedStream, type RtspBridge } from '@gantry/agent/rtsp/bridge.js';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VirtualCameraOptions } from '../../support/cameras/camera-options.js';
import { startVirtualCamera, type VirtualCamera } from '../../support/cameras/camera.js';
import { loadSharedMedia } from '../../support/cameras/shared-media.js';
import { until } from '../../support/until.js';
import { play, type Play } from './play.js';

const canary = 'canary-/@:"\\-pässword';
const rightLogin = { username: 'admin', password: canary };
const shared = await loadSharedMedia();

let bridge: RtspBridge;
let logged = '';
const cameras: VirtualCamera[] = [];
const plays: Play[] = [];

beforeEach(async () => {
  logged = '';
  const log = createLog({ level: 'trace', destination: { write: (line) => void (logged += line) } });
  bridge = await startRtspBridge({ clock: systemClock, log, connectTimeoutMs: 3_000 });
});
afterEach(async () => {
  await bridge.close();
  await Promise.all(plays.splice(0).map((one) => one.kill()));
  await Promise.all(cameras.splice(0).map((camera) => camera.close()));
  if (logged.includes('canary')) throw new Error(`a password is in the log: ${logged}`);
});

async function virtualCamera(options: Partial<VirtualCameraOptions> = {}) {
  const camera = await startVirtualCamera(
    { kind: 'generic', address: '127.0.78.32', password: canary, ...options },
    shared,
  );
  cameras.push(camera);
  return camera;
}

function start(command: 'ffmpeg' | 'ffprobe', stream: BridgedStream): Play {
  const started = play(command, stream.url);
  plays.push(started);
  return started;
}

const opened = (
  camera: VirtualCamera,
  credentials: { username: string; password: string } | null = rightLogin,
) => bridge.open({ url: camera.rtspUrl(), credentials });

describe('ffmpeg sees a camera through the bridge', () => {
  it.each<[string, Partial<VirtualCameraOptions>, string]>([
    ['no login, H.264 with G.711', { rtspAuth: 'none' }, 'h264 pcm_mulaw'],
    ['Basic', { rtspAuth: 'basic', audio: null }, 'h264'],
    ['MD5, H.265', { rtspAuth: 'digest', video: 'h265', audio: 'pcma' }, 'hevc pcm_alaw'],
    ['SHA-256, which ffmpeg 5.1 cannot do (Q62)', { rtspAuth: 'digest-sha256', audio: 'aac' }, 'h264 aac'],
    ['MD5, then SHA-256 (Q45)', { rtspAuth: 'digest-both', video: 'h265', audio: null }, 'hevc'],
    ['a camera that names a host of its own (Q52)', { rtspAuth: 'digest' }, 'h264 pcm_mulaw'],
  ])('with %s', async (_, options, codecs) => {
    const camera = await virtualCamera(options);
    camera.faults.lieAboutHost('192.0.2.1');
    const stream = opened(camera);
    const probe = start('ffprobe', stream);
    await probe.succeeded();
    expect(probe.output().trim().split(/\s+/).join(' ')).toBe(codecs);
    expect(stream.bytesReceived()).toBeGreaterThan(1_000);
    expect(stream.lastByteAtMonotonicMs()).toBeLessThanOrEqual(performance.now());
    expect(stream.failure()).toBeNull();
    await until(() => camera.counters.openRtspSessions === 0, { what: 'the slot to be free again' });
    expect(camera.counters).toMatchObject({ failedLogins: 0, rtspSessionsStarted: 1 });
    expect(camera.counters.rtspRequests['TEARDOWN']).toBe(1);
    expect(`${probe.argv.join(' ')}${probe.errors()}`).not.toContain('canary');
  });

  it('keeps the session over a nonce that expires in the middle', async () => {
    const camera = await virtualCamera({ rtspAuth: 'digest-sha256', nonceLifetimeMs: 200 });
    const stream = opened(camera);
    const probe = start('ffprobe', stream);
    await probe.succeeded();
    await stream.close();
    expect(camera.counters.failedLogins).toBe(0);
    expect(camera.counters.rtspRequests['TEARDOWN']).toBe(2);
  });
});

describe('a camera refuses, and ffmpeg and the recorder are told the same', () => {
  it('a wrong password, sent exactly once', async () => {
    const camera = await virtualCamera();
    const stream = opened(camera, { username: 'admin', password: 'wrong' });
    const probe = start('ffprobe', stream);
    expect(await probe.ended).not.toBe(0);
    expect(probe.errors()).toContain('401');
    expect(stream.failure()).toMatchObject({ kind: 'auth_failed' });
    expect(camera.counters.failedLogins).toBe(1);
  });

  it('no free slot', async () => {
    const camera = await virtualCamera();
    camera.faults.refuseSessions(true);
    const stream = opened(camera);
    const probe = start('ffprobe', stream);
    expect(await probe.ended).not.toBe(0);
    expect(stream.failure()).toMatchObject({ kind: 'busy' });
  });

  it('no such path', async () => {
    const camera = await virtualCamera();
    const stream = bridge.open({ url: `${camera.rtspUrl()}x`, credentials: rightLogin });
    const probe = start('ffprobe', stream);
    expect(await probe.ended).not.toBe(0);
    expect(probe.errors()).toContain('404');
    expect(stream.failure()).toMatchObject({ kind: 'not_found' });
  });

  it('nobody there, and an address that is none', async () => {
    const camera = await virtualCamera();
    const stream = opened(camera);
    await camera.faults.unplug();
    expect(await start('ffprobe', stream).ended).not.toBe(0);
    expect(stream.failure()).toMatchObject({ kind: 'unreachable' });
    const invalid = bridge.open({ url: 'http://canary', credentials: null });
    expect(invalid.failure()).toMatchObject({ kind: 'protocol_error' });
    expect(await start('ffprobe', invalid).ended).not.toBe(0);
  });

  it('answers that are no RTSP', async () => {
    const camera = await virtualCamera();
    camera.faults.answer('html');
    const stream = opened(camera);
    expect(await start('ffprobe', stream).ended).not.toBe(0);
    expect(stream.failure()).toMatchObject({ kind: 'protocol_error' });
  });
});

describe('while it runs', () => {
  it('a camera that dies ends ffmpeg at once', async () => {
    const camera = await virtualCamera();
    const stream = opened(camera);
    const recording = start('ffmpeg', stream);
    await until(() => stream.bytesReceived() > 50_000, { what: 'media' });
    camera.faults.teardown();
    await recording.ended;
    expect(stream.failure()).toMatchObject({ kind: 'closed' });
  });

  it('a camera that freezes shows in the time of the last byte, and lets go when told', async () => {
    const camera = await virtualCamera();
    const stream = opened(camera);
    const recording = start('ffmpeg', stream);
    await until(() => stream.bytesReceived() > 50_000, { what: 'media' });
    camera.faults.stall('media');
    const frozenAtMs = performance.now();
    await until(() => performance.now() - (stream.lastByteAtMonotonicMs() ?? frozenAtMs) > 500, {
      what: 'silence',
    });
    expect(stream.failure()).toBeNull();
    await stream.close();
    await recording.ended;
    expect(camera.counters.openRtspSessions).toBe(0);
    expect(camera.counters.rtspRequests['TEARDOWN']).toBe(1);
  });

  it('a killed ffmpeg frees the slot of the camera (Q60)', async () => {
    const camera = await virtualCamera();
    const stream = opened(camera);
    const recording = start('ffmpeg', stream);
    await until(() => stream.bytesReceived() > 50_000, { what: 'media' });
    await recording.kill();
    await until(() => camera.counters.rtspRequests['TEARDOWN'] === 1, { what: 'TEARDOWN' });
    await until(() => camera.counters.openRtspSessions === 0, { what: 'a free slot' });
    expect(stream.failure()).toBeNull();
  });

  it('a second player of the same address is sent away', async () => {
    const camera = await virtualCamera();
    const stream = opened(camera);
    const recording = start('ffmpeg', stream);
    await until(() => stream.bytesReceived() > 0, { what: 'media' });
    const second = start('ffprobe', stream);
    expect(await second.ended).not.toBe(0);
    expect(second.errors()).toContain('453');
    expect(camera.counters.rtspSessionsStarted).toBe(1);
    await stream.close();
    await recording.ended;
    expect(await start('ffprobe', stream).ended).not.toBe(0);
    expect(camera.counters.rtspSessionsStarted).toBe(1);
  });

  it('twenty streams run side by side, and nothing is left open behind them', async () => {
    const camera = await virtualCamera({ rtspSessionsMax: 20 });
    const descriptorsBefore = descriptors();
    const streams = Array.from({ length: 20 }, () => opened(camera));
    expect(new Set(streams.map(({ url }) => url)).size).toBe(20);
    const recordings = streams.map((stream) => start('ffmpeg', stream));
    await until(() => streams.every((stream) => stream.bytesReceived() > 20_000), {
      timeoutMs: 60_000,
      what: 'media on all streams',
    });
    expect(camera.counters.openRtspSessions).toBe(20);
    await Promise.all(streams.map((stream) => stream.close()));
    await Promise.all(recordings.map((recording) => recording.ended));
    expect(camera.counters.openRtspSessions).toBe(0);
    expect(camera.counters.rtspRequests['TEARDOWN']).toBe(20);
    await until(() => descriptors() <= descriptorsBefore, { what: 'the descriptors to be closed' });
  });
});

const descriptors = () => readdirSync('/proc/self/fd').length;
