import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@gantry/agent/clock.js';
import { startPreviews, type PreviewOptions, type Previews } from '@gantry/agent/live/previews.js';
import { createLog } from '@gantry/agent/log.js';
import { startRtspBridge, type RtspBridge } from '@gantry/agent/rtsp/bridge.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startVirtualCamera, type VirtualCamera } from '../../support/cameras/camera.js';
import { createPacer } from '../../support/cameras/pacer.js';
import { videoTrack } from '../../support/cameras/packets.js';
import { loadSharedMedia, type SharedMedia } from '../../support/cameras/shared-media.js';
import { until } from '../../support/until.js';

const shared = await loadSharedMedia();
const log = createLog({ level: 'silent' });
const login = { username: 'admin', password: 'canary-/@:pässword' };

let bridge: RtspBridge;
let previews: Previews;
let server: Server;
const cameras = new Map<string, VirtualCamera>();
const viewers: WebSocket[] = [];

beforeEach(async () => {
  bridge = await startRtspBridge({ clock: systemClock, log, connectTimeoutMs: 3_000 });
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const viewer of viewers.splice(0)) viewer.terminate();
  await previews.close();
  await bridge.close();
  await Promise.all([...cameras.values()].map((camera) => camera.close()));
  cameras.clear();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function start(options: Partial<PreviewOptions> = {}): void {
  previews = startPreviews({
    openSource: (localId) => {
      const camera = cameras.get(localId);
      if (!camera) return { unavailable: { detail: 'The camera has shown no stream yet.' } };
      return bridge.open({ url: camera.rtspUrl('sub'), credentials: login });
    },
    clock: systemClock,
    log,
    ...options,
  });
  server.on('upgrade', (request, socket, head) =>
    previews.accept((request.url ?? '').slice(1), request, socket, head),
  );
}

async function camera(localId: string, address: string, media: SharedMedia = shared): Promise<void> {
  const { password } = login;
  cameras.set(localId, await startVirtualCamera({ kind: 'generic', address, password, audio: null }, media));
}

interface Viewer {
  socket: WebSocket;
  bytes: () => Buffer;
  closed: Promise<{ code: number; reason: string }>;
}

function view(localId: string): Viewer {
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/${localId}`);
  const chunks: Buffer[] = [];
  viewers.push(socket);
  socket.on('message', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  return { socket, bytes: () => Buffer.concat(chunks), closed };
}

/** The same clip, played faster or slower than it was made. */
const playedAt = (rate: number): SharedMedia => ({
  ...shared,
  tracks: { ...shared.tracks, sub: videoTrack(shared.clips.sub, rate) },
  pacer: createPacer(rate),
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const pictureStart = Buffer.from([0, 0, 1, 0]);
const picturesIn = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(pictureStart); at >= 0; at = bytes.indexOf(pictureStart, at + 4)) count += 1;
  return count;
};

describe('an aiming preview', () => {
  it.each([10, 12, 15])(
    'shows a camera of %i pictures per second as MPEG-1 in whole transport packets',
    async (rate) => {
      start();
      await camera('door', '127.0.75.61', playedAt(rate));
      const viewer = view('door');
      await until(() => picturesIn(viewer.bytes()) > 10, { timeoutMs: 60_000, what: 'ten pictures' });
      const bytes = viewer.bytes();
      expect(bytes.byteLength % 188).toBe(0);
      for (let at = 0; at < bytes.byteLength; at += 188) expect(bytes[at]).toBe(0x47);
      const sequence = bytes.indexOf(Buffer.from([0, 0, 1, 0xb3]));
      expect(bytes.readUIntBE(sequence + 4, 3) >> 12).toBe(640);
      const [{ pid } = { pid: null }] = previews.running();
      viewer.socket.close();
      await until(() => pid !== null && !isAlive(pid), { what: 'ffmpeg to be gone' });
      expect(previews.running()).toEqual([]);
    },
    30_000,
  );

  it('goes on while its viewer renews the lease, and ends with it', async () => {
    start({ leaseMs: 1_500 });
    await camera('door', '127.0.75.61');
    const viewer = view('door');
    let shownAtMs: number | null = null;
    await until(
      () => {
        if (viewer.socket.readyState === WebSocket.OPEN) viewer.socket.send('still here');
        if (viewer.bytes().byteLength > 0) shownAtMs ??= performance.now();
        return shownAtMs !== null && performance.now() - shownAtMs > 2_500;
      },
      { timeoutMs: 30_000, everyMs: 200, what: 'a preview longer than its lease' },
    );
    const [{ pid } = { pid: null }] = previews.running();
    expect(isAlive(pid ?? 0)).toBe(true);
    expect((await viewer.closed).code).toBe(1001);
    await until(() => !isAlive(pid ?? 0), { what: 'ffmpeg to be gone' });
  });

  it('is one process for all who look at a camera, and one camera more than allowed is refused', async () => {
    start({ atOnce: 1 });
    await camera('door', '127.0.75.61');
    await camera('yard', '127.0.75.62');
    const [one, two] = [view('door'), view('door')];
    await until(() => one.bytes().byteLength > 0 && two.bytes().byteLength > 0, { timeoutMs: 60_000 });
    expect(previews.running()).toMatchObject([{ localId: 'door', viewers: 2 }]);
    expect(await view('yard').closed).toMatchObject({ code: 1013, reason: /Close another preview first/ });
    one.socket.close();
    two.socket.close();
    await until(() => previews.running().length === 0);
    const yard = view('yard');
    await until(() => yard.bytes().byteLength > 0, { timeoutMs: 60_000, what: 'the other camera' });
  });

  it('says why there is no picture, and never with a password', async () => {
    start();
    await camera('door', '127.0.75.61');
    login.password = 'canary-wrong';
    const refused = await view('door').closed;
    login.password = 'canary-/@:pässword';
    expect(refused.code).toBe(1013);
    expect(refused.reason).toMatch(/password is wrong/);
    expect(refused.reason).not.toContain('canary');
    expect(await view('nowhere').closed).toMatchObject({ reason: 'The camera has shown no stream yet.' });
    expect(previews.running()).toEqual([]);
  });

  it('survives a missing ffmpeg', async () => {
    start({ ffmpegPath: '/nowhere/ffmpeg' });
    await camera('door', '127.0.75.61');
    expect((await view('door').closed).code).toBe(1013);
    expect(previews.running()).toEqual([]);
  });

  it('is dropped, not queued, for a viewer that does not read', async () => {
    start();
    await camera('door', '127.0.75.61');
    const slow = view('door');
    const quick = view('door');
    await until(() => slow.bytes().byteLength > 0, { timeoutMs: 60_000, what: 'video' });
    slow.socket.pause();
    const before = quick.bytes().byteLength;
    await until(() => quick.bytes().byteLength > before + 500_000, { timeoutMs: 30_000, what: 'more video' });
    expect(previews.running()).toMatchObject([{ viewers: 2 }]);
  });
});
