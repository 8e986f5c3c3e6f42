import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { systemClock } from '@gantry/agent/clock.js';
import { createLog } from '@gantry/agent/log.js';
import { takeFrame } from '@gantry/agent/recorder/snapshot.js';
import { startRtspBridge, type RtspBridge } from '@gantry/agent/rtsp/bridge.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVirtualCamera, type VirtualCamera } from '../../support/cameras/camera.js';

let bridge: RtspBridge;
let camera: VirtualCamera;

beforeAll(async () => {
  bridge = await startRtspBridge({ clock: systemClock, log: createLog({ level: 'silent' }) });
  camera = await startVirtualCamera({ kind: 'generic', address: '127.0.77.63' });
});
afterAll(async () => {
  await bridge.close();
  await camera.close();
});

const take = (password: string, timeoutMs = 20_000) =>
  takeFrame({
    source: bridge.open({ url: camera.rtspUrl(), credentials: { username: 'admin', password } }),
    clock: systemClock,
    timeoutMs,
  });
const leftFolders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('gantry-frame-'));

describe('a picture of a camera that offers none', () => {
  it('is taken from its video as one whole JPEG, and nothing is left behind', async () => {
    const before = await leftFolders();
    const picture = await take(camera.password);
    expect(picture.ok).toBe(true);
    const jpeg = Buffer.from(picture.ok ? picture.jpeg : []);
    expect(jpeg.readUInt16BE(0)).toBe(0xffd8);
    expect(jpeg.readUInt16BE(jpeg.length - 2)).toBe(0xffd9);
    expect(await leftFolders()).toEqual(before);
  });

  it('is missing for the reason the camera gives', async () => {
    const picture = await take('wrong');
    expect(picture).toMatchObject({ ok: false, detail: expect.stringMatching(/401/) as string });
  });

  it('is given up in time when the camera falls silent', async () => {
    camera.faults.stall(true);
    const picture = await take(camera.password, 1_000);
    expect(picture.ok).toBe(false);
    camera.faults.stall(false);
  });
});
