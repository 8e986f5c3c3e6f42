import { describeRtsp } from '@gantry/agent/rtsp/describe.js';
import { fingerprintRtsp } from '@gantry/agent/rtsp/fingerprint.js';
import { probePaths } from '@gantry/agent/rtsp/probe-paths.js';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { VirtualCameraOptions } from '../../support/cameras/camera-options.js';
import { startVirtualCamera } from '../../support/cameras/camera.js';
import { oneVideoTrack, startScriptedCamera, type Reply } from './scripted-camera.js';

const timeoutMs = 5_000;
const canary = 'canary-/@:"\\-pässword';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function virtualCamera(options: Partial<VirtualCameraOptions> = {}) {
  const camera = await startVirtualCamera({
    kind: 'generic',
    address: '127.0.79.31',
    password: canary,
    ...options,
  });
  open.push(camera);
  return camera;
}

async function scripted(answer: Parameters<typeof startScriptedCamera>[0]) {
  const camera = await startScriptedCamera(answer);
  open.push(camera);
  return camera;
}

describe('asking a camera what a stream consists of', () => {
  it.each(['none', 'basic', 'digest', 'digest-sha256', 'digest-both', 'basic-and-digest'] as const)(
    'works with login %s',
    async (rtspAuth) => {
      const camera = await virtualCamera({ rtspAuth });
      const description = await describeRtsp(
        camera.rtspUrl(),
        { username: 'admin', password: canary },
        { timeoutMs },
      );
      expect(description).toMatchObject({
        outcome: 'ok',
        realm: rtspAuth === 'none' ? null : 'IP Camera',
        tracks: [
          { media: 'video', codec: 'h264', width: 640, height: 360 },
          { media: 'audio', codec: 'pcmu', clockRate: 8_000 },
        ],
      });
      expect(camera.counters.failedLogins).toBe(0);
    },
  );

  it('reads H.265 and its picture size', async () => {
    const camera = await virtualCamera({ video: 'h265', audio: 'aac' });
    const { tracks } = await describeRtsp(camera.rtspUrl('main'), camera, { timeoutMs });
    expect(tracks).toMatchObject([{ codec: 'h265', width: 640, height: 360 }, { codec: 'aac' }]);
  });

  it('tries a wrong password exactly once and says what to do', async () => {
    const camera = await virtualCamera({ rtspAuth: 'digest-both' });
    const description = await describeRtsp(
      camera.rtspUrl(),
      { username: 'admin', password: 'wrong' },
      { timeoutMs },
    );
    expect(description).toMatchObject({ outcome: 'unauthorized', realm: 'IP Camera', tracks: [] });
    expect(description.detail).toContain('password is wrong');
    expect(camera.counters.failedLogins).toBe(1);
  });

  it('says that a login is wanted when there is none', async () => {
    const camera = await virtualCamera();
    expect(await describeRtsp(camera.rtspUrl(), null, { timeoutMs })).toMatchObject({
      outcome: 'unauthorized',
    });
    expect(camera.counters.failedLogins).toBe(0);
  });

  it('keeps the case of the path (Q63)', async () => {
    const camera = await virtualCamera({ streamPath: (_, role) => `/Live/${role}?X=Y` });
    const login = { username: 'admin', password: canary };
    expect(await describeRtsp(camera.rtspUrl(), login, { timeoutMs })).toMatchObject({ outcome: 'ok' });
    expect(await describeRtsp(camera.rtspUrl().toLowerCase(), login, { timeoutMs })).toMatchObject({
      outcome: 'not_found',
    });
  });

  it.each<[string, Reply | null, string]>([
    ['redirects elsewhere', { status: 302, headers: [['Location', 'rtsp://127.0.0.1:1/']] }, 'refused'],
    ['has no such path', { status: 404 }, 'not_found'],
    ['has no slot left', { status: 453 }, 'busy'],
    ['forbids it', { status: 403 }, 'unauthorized'],
    ['breaks', { status: 500 }, 'refused'],
    ['describes nothing', { status: 200, body: 'v=0\r\n' }, 'protocol_error'],
    ['says nothing', null, 'timeout'],
  ])('a camera that %s', async (_, reply, outcome) => {
    const camera = await scripted(() => reply);
    const url = `rtsp://127.0.0.1:${camera.port}/a`;
    expect(await describeRtsp(url, null, { timeoutMs: reply === null ? 200 : timeoutMs })).toMatchObject({
      outcome,
    });
    expect(camera.connections()).toBe(1);
  });

  it('stops when it is cancelled', async () => {
    const cancelled = new AbortController();
    const camera = await scripted(() => {
      cancelled.abort();
      return null;
    });
    const url = `rtsp://127.0.0.1:${camera.port}/a`;
    expect(await describeRtsp(url, null, { timeoutMs, signal: cancelled.signal })).toMatchObject({
      outcome: 'timeout',
    });
    expect(await describeRtsp(url, null, { timeoutMs, signal: cancelled.signal })).toMatchObject({
      outcome: 'timeout',
    });
  });

  it('judges nobody there, and noise without a throw', async () => {
    const server = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('SSH-2.0-OpenSSH_9.2\r\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await describeRtsp(`rtsp://127.0.0.1:${port}/`, null, { timeoutMs })).toMatchObject({
      outcome: 'protocol_error',
    });
    expect(await fingerprintRtsp('127.0.0.1', port, { timeoutMs })).toMatchObject({ isRtsp: false });
    await new Promise((resolve) => server.close(resolve));
    expect(await describeRtsp(`rtsp://127.0.0.1:${port}/`, null, { timeoutMs })).toMatchObject({
      outcome: 'unreachable',
    });
    expect(await describeRtsp('http://x/', null, { timeoutMs })).toMatchObject({ outcome: 'protocol_error' });
  });

  it.each(['garbage', 'echo', 'truncated', 'html'] as const)(
    'judges answers of the kind %s without a throw',
    async (fault) => {
      const camera = await virtualCamera();
      camera.faults.answer(fault);
      expect(await fingerprintRtsp(camera.address, camera.rtspPort, { timeoutMs: 500 })).toMatchObject({
        isRtsp: false,
      });
      const { outcome } = await describeRtsp(camera.rtspUrl(), camera, { timeoutMs: 500 });
      expect(['protocol_error', 'timeout']).toContain(outcome);
    },
  );
});

describe('finding out who speaks RTSP', () => {
  it('reads server and realm without ever logging in', async () => {
    const camera = await virtualCamera();
    expect(await fingerprintRtsp(camera.address, camera.rtspPort, { timeoutMs })).toEqual({
      isRtsp: true,
      server: null,
      realm: 'IP Camera',
    });
    expect(camera.counters.failedLogins).toBe(0);
  });
});

describe('finding the streams of a camera without ONVIF', () => {
  const device = { host: '127.0.0.1', channel: 1, timeoutMs };

  it('finds main and sub by the vendor', async () => {
    const camera = await virtualCamera();
    const found = await probePaths({
      ...device,
      host: camera.address,
      port: camera.rtspPort,
      credentials: camera,
      hints: ['Hikvision'],
      attemptsMax: 6,
    });
    expect(found).toMatchObject({
      outcome: 'found',
      attempts: 2,
      main: { url: camera.rtspUrl('main'), description: { tracks: [{ width: 640 }, {}] } },
      sub: { url: camera.rtspUrl('sub'), description: { tracks: [{ width: 320 }, {}] } },
    });
  });

  it('goes on over missing paths, but not beyond its limit', async () => {
    const camera = await scripted(({ uri }) =>
      uri.endsWith('/stream1') ? { status: 200, body: oneVideoTrack } : { status: 404 },
    );
    const options = { ...device, port: camera.port, credentials: null, hints: [null] };
    expect(await probePaths({ ...options, attemptsMax: 3 })).toMatchObject({
      outcome: 'not_found',
      attempts: 3,
    });
    expect(camera.requests).toHaveLength(3);
    expect(await probePaths({ ...options, attemptsMax: 20 })).toMatchObject({ outcome: 'found', sub: null });
  });

  it('stops at the first rejected login, so that no account is locked', async () => {
    const camera = await virtualCamera();
    const login = { username: 'admin', password: 'wrong' };
    const result = await probePaths({
      ...device,
      host: camera.address,
      port: camera.rtspPort,
      credentials: login,
      hints: [],
      attemptsMax: 9,
    });
    expect(result).toMatchObject({ outcome: 'unauthorized', attempts: 1 });
    expect(camera.counters.failedLogins).toBe(1);
  });
});
