import { execFile } from 'node:child_process';
import net from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { startVirtualCamera, type VirtualCamera } from '../support/cameras/camera.js';
import type { VirtualCameraOptions } from '../support/cameras/camera-options.js';
import { until } from '../support/until.js';
import { converse, digestAnswer, playOpenly, type RtspConversation } from './rtsp-conversation.js';

const cameras: VirtualCamera[] = [];
afterEach(async () => {
  await Promise.all(cameras.splice(0).map((camera) => camera.close()));
});

async function start(options: Partial<VirtualCameraOptions> = {}): Promise<VirtualCamera> {
  const camera = await startVirtualCamera({
    address: '127.0.27.1',
    discovery: false,
    rtspAuth: 'none',
    ...options,
  });
  cameras.push(camera);
  return camera;
}

const clockRequest =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>';
const askClock = (camera: VirtualCamera, init: RequestInit = {}) =>
  fetch(camera.onvifUrl ?? '', { method: 'POST', body: clockRequest, ...init });

/** Resolves when media comes through `conversation` again and again. */
async function flows(conversation: RtspConversation): Promise<void> {
  const before = conversation.mediaBytes();
  await until(() => conversation.mediaBytes() > before + 5_000, { what: 'media to flow' });
}

async function login(camera: VirtualCamera, password: string): Promise<number> {
  const conversation = await converse(camera.address, camera.rtspPort);
  const request = { method: 'DESCRIBE', uri: camera.rtspUrl() };
  const challenge =
    (await conversation.ask('DESCRIBE', request.uri)).headers.get('www-authenticate')?.[0] ?? '';
  const Authorization = digestAnswer(challenge, { username: camera.username, password }, request);
  const { status } = await conversation.ask('DESCRIBE', request.uri, { Authorization });
  conversation.close();
  return status;
}

describe('a virtual camera fails when told to', () => {
  it('stalls: the socket stays open, no byte comes, and goes on when mended', async () => {
    const camera = await start();
    const viewer = await playOpenly(camera);
    await flows(viewer);
    camera.faults.stall('media');
    const still = await playOpenly(camera);
    const before = [viewer.mediaBytes(), still.mediaBytes()];
    expect((await still.ask('OPTIONS', camera.rtspUrl())).status).toBe(200);
    expect([viewer.mediaBytes(), still.mediaBytes()]).toEqual(before);
    expect(viewer.isClosed()).toBe(false);
    camera.faults.stall(false);
    await flows(viewer);

    camera.faults.stall(true);
    await expect(askClock(camera, { signal: AbortSignal.timeout(200) })).rejects.toThrow(/timeout/i);
    camera.faults.stall(false);
    expect((await askClock(camera)).status).toBe(200);
  });

  it('tears down now, or every so often', async () => {
    const camera = await start();
    const first = await playOpenly(camera);
    camera.faults.teardown();
    await until(() => first.isClosed(), { what: 'the first cut' });
    expect(camera.counters.openRtspSessions).toBe(0);

    camera.faults.teardownEvery(300);
    const second = await playOpenly(camera);
    await flows(second);
    await until(() => second.isClosed(), { what: 'the second cut' });
  });

  it('answers 453 while it refuses sessions', async () => {
    const camera = await start();
    camera.faults.refuseSessions(true);
    await expect(playOpenly(camera)).rejects.toThrow('SETUP was answered 453');
    camera.faults.refuseSessions(false);
    await flows(await playOpenly(camera));
  });

  it('is unplugged, plugged in again, and moved, and stays the same camera', async () => {
    const camera = await start();
    const viewer = await playOpenly(camera);
    const { rtspPort, onvifPort } = camera;
    await camera.faults.unplug();
    await until(() => viewer.isClosed(), { what: 'the viewer to be cut off' });
    await expect(converse(camera.address, camera.rtspPort)).rejects.toThrow('ECONNREFUSED');
    await expect(askClock(camera)).rejects.toThrow('fetch failed');

    await camera.faults.plug();
    expect([camera.rtspPort, camera.onvifPort]).toEqual([rtspPort, onvifPort]);
    await flows(await playOpenly(camera));

    const { serial } = camera.identity;
    await camera.faults.moveTo('127.0.27.2');
    await expect(converse('127.0.27.1', rtspPort)).rejects.toThrow('ECONNREFUSED');
    expect(camera.rtspUrl()).toContain('rtsp://127.0.27.2:');
    expect(camera.identity.serial).toBe(serial);
    await flows(await playOpenly(camera));
  });

  it('locks everybody out after wrong passwords, for a while', async () => {
    const time = { ms: 0 };
    const camera = await start({ rtspAuth: 'digest', monotonicMs: () => time.ms });
    camera.faults.lockOut({ failures: 3, forMs: 30_000 });
    for (let wrong = 0; wrong < 3; wrong += 1) expect(await login(camera, 'wrong')).toBe(401);
    expect(await login(camera, camera.password)).toBe(401);
    expect(camera.counters).toMatchObject({ failedLogins: 3, lockedOutRequests: 1 });
    time.ms = 30_001;
    expect(await login(camera, camera.password)).toBe(200);
  });

  it('gets a new password', async () => {
    const camera = await start({ rtspAuth: 'digest' });
    const old = camera.password;
    camera.faults.changePassword('another');
    expect(await login(camera, old)).toBe(401);
    expect(await login(camera, 'another')).toBe(200);
  });

  it('lies about its address', async () => {
    const camera = await start();
    camera.faults.lieAboutHost('192.168.1.99');
    const body = clockRequest.replace('GetSystemDateAndTime', 'GetServices');
    const text = await (await askClock(camera, { body })).text();
    expect(text).toContain(
      `<tds:XAddr>http://192.168.1.99:${camera.onvifPort}/onvif/media_service</tds:XAddr>`,
    );
    expect(text).not.toContain(camera.address);
  });

  it('trickles', async () => {
    const camera = await start();
    camera.faults.trickle(1);
    const response = await askClock(camera);
    const first = await response.body?.getReader().read();
    expect(first?.value).toHaveLength(1);
    const conversation = net.connect(camera.rtspPort, camera.address);
    conversation.write(`OPTIONS ${camera.rtspUrl()} RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
    const piece = await new Promise<Buffer>((resolve) => conversation.once('data', resolve));
    expect(piece.toString()).toBe('R');
    conversation.destroy();
  });

  it.each([
    { fault: 'garbage', shows: (text: string) => !text.includes('Envelope') },
    { fault: 'echo', shows: (text: string) => text === clockRequest },
    {
      fault: 'truncated',
      shows: (text: string) => text.includes('<s:Envelope') && !text.includes('</s:Envelope>'),
    },
    { fault: 'html', shows: (text: string) => text.startsWith('<!DOCTYPE html>') },
  ] as const)('answers $fault', async ({ fault, shows }) => {
    const camera = await start();
    camera.faults.answer(fault);
    expect(shows(await (await askClock(camera)).text())).toBe(true);
    camera.faults.answer('none');
    expect(await (await askClock(camera)).text()).toContain('</s:Envelope>');
  });

  it('refuses single operations, and asks for a login where other cameras ask for none', async () => {
    const camera = await start({ openOperations: new Set() });
    expect((await askClock(camera)).status).toBe(401);
    const open = await start();
    open.faults.refuseOperations('GetSystemDateAndTime', 'GetServices');
    const refused = await askClock(open);
    expect(refused.status).toBe(500);
    expect(await refused.text()).toContain('ter:ActionNotSupported');
    open.faults.refuseOperations();
    expect((await askClock(open)).status).toBe(200);
  });

  it('answers without end', async () => {
    const camera = await start();
    camera.faults.answer('endless');
    const response = await askClock(camera);
    const reader = response.body?.getReader();
    let sizeBytes = 0;
    while (sizeBytes < 5_000_000) sizeBytes += (await reader?.read())?.value?.length ?? Infinity;
    expect(sizeBytes).toBeLessThan(Infinity);
    await reader?.cancel();
  });

  it('sends corrupt pictures in whole packets', async () => {
    const camera = await start();
    camera.faults.corruptMedia(true);
    const line = [
      '-v',
      'warning',
      '-nostdin',
      '-rtsp_transport',
      'tcp',
      '-i',
      camera.rtspUrl(),
      '-t',
      '1',
      '-f',
      'null',
      '-',
    ];
    const { stderr } = await promisify(execFile)('ffmpeg', line);
    expect(stderr).toMatch(/error|concealing|corrupt|invalid/i);
    expect(stderr).not.toMatch(/RTP: missed/);
  });

  it('says what is wrong when its port is taken', async () => {
    const camera = await start();
    await expect(start({ rtspPort: camera.rtspPort })).rejects.toThrow(
      `a virtual camera cannot open TCP 127.0.27.1:${camera.rtspPort}: another program uses it; stop that program or choose another port`,
    );
  });
});
