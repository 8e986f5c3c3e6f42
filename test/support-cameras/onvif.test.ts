import { createHash } from 'node:crypto';
import onvif from 'onvif';
import { afterEach, describe, expect, it } from 'vitest';
import { startVirtualCamera, type VirtualCamera } from '../support/cameras/camera.js';
import type { VirtualCameraOptions } from '../support/cameras/camera-options.js';
import { until } from '../support/until.js';
import { digestAnswer } from './rtsp-conversation.js';

const cameras: VirtualCamera[] = [];
afterEach(async () => {
  await Promise.all(cameras.splice(0).map((camera) => camera.close()));
});

async function start(options: Partial<VirtualCameraOptions> = {}): Promise<VirtualCamera> {
  const camera = await startVirtualCamera({ address: '127.0.22.1', discovery: false, ...options });
  cameras.push(camera);
  return camera;
}

type Client = InstanceType<typeof onvif.Cam>;

/** Connects the `onvif` library as a stranger's client would. */
async function connect(
  camera: VirtualCamera,
  login: { password?: string; useWSSecurity?: boolean } = {},
): Promise<Client> {
  return await new Promise((resolve, reject) => {
    const client: Client = new onvif.Cam(
      {
        hostname: camera.address,
        port: camera.onvifPort ?? 0,
        username: camera.username,
        password: camera.password,
        timeout: 30_000,
        ...login,
      },
      (error: Error | null) => (error ? reject(error) : resolve(client)),
    );
  });
}

/** One call of the library as a promise. */
async function call<Result>(
  start: (done: (error: Error | null, result?: Result) => void) => void,
): Promise<Result> {
  return await new Promise((resolve, reject) => {
    start((error, result) =>
      error || result === undefined ? reject(error ?? new Error('no result')) : resolve(result),
    );
  });
}

const streamUri = (client: Client, profileToken: string) =>
  call<{ uri: string }>((done) => client.getStreamUri({ protocol: 'RTSP', profileToken }, done));

/** A SOAP request with a WS-UsernameToken. */
async function ask(
  camera: VirtualCamera,
  body: string,
  token: { password: string; createdMs: number; nonce: string } | null,
): Promise<{ status: number; text: string }> {
  const created = new Date(token?.createdMs ?? 0).toISOString();
  const nonce = Buffer.from(token?.nonce ?? '').toString('base64');
  const digest = createHash('sha1').update(`${token?.nonce}${created}${token?.password}`).digest('base64');
  const header = token
    ? `<s:Header><Security><UsernameToken><Username>${camera.username}</Username><Password Type="x#PasswordDigest">${digest}</Password><Nonce>${nonce}</Nonce><Created>${created}</Created></UsernameToken></Security></s:Header>`
    : '';
  const response = await fetch(camera.onvifUrl ?? '', {
    method: 'POST',
    body: `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">${header}<s:Body>${body}</s:Body></s:Envelope>`,
  });
  return { status: response.status, text: await response.text() };
}

const deviceInformation = '<GetDeviceInformation xmlns="http://www.onvif.org/ver10/device/wsdl"/>';

describe('the ONVIF side of a virtual camera', () => {
  it.each([{ useWSSecurity: true }, { useWSSecurity: false }])(
    'tells the onvif library who it is and where its streams are ($useWSSecurity)',
    async (login) => {
      const camera = await start({ identity: { model: 'VC & Sons', name: 'Gate "north"' } });
      const client = await connect(camera, login);
      const device = await call<Record<string, unknown>>((done) => client.getDeviceInformation(done));
      expect(device).toMatchObject({
        manufacturer: 'Gantry Virtual',
        model: 'VC & Sons',
        serialNumber: camera.identity.serial,
      });
      expect(await streamUri(client, 'Profile_101')).toMatchObject({ uri: camera.rtspUrl('main') });
      expect(await streamUri(client, 'Profile_102')).toMatchObject({ uri: camera.rtspUrl('sub') });
      const snapshot = await call<{ uri: string }>((done) => client.getSnapshotUri({}, done));
      expect(snapshot.uri).toBe(camera.snapshotUrl);
      const network = await call<unknown>((done) => client.getNetworkInterfaces(done));
      expect(JSON.stringify(network)).toContain(camera.identity.mac);
      expect(client.profiles).toHaveLength(2);
      expect(camera.counters.failedLogins).toBe(0);
      expect(camera.counters.soapRequests).toMatchObject({ GetSystemDateAndTime: 1, GetServices: 1 });
    },
  );

  it('names H.265 through Media2', async () => {
    const camera = await start({ video: 'h265' });
    const client = await connect(camera);
    expect(client.activeSource).toMatchObject({ encoding: 'H265', width: 640, height: 360 });
    expect(await streamUri(client, 'Profile_101')).toEqual({ uri: camera.rtspUrl('main') });
  });

  it('shows the channels of a recorder as video sources of one device', async () => {
    const camera = await start({ channels: 3 });
    const client = await connect(camera);
    expect(client.activeSources?.map(({ sourceToken }) => sourceToken)).toEqual([
      'VideoSource_1',
      'VideoSource_2',
      'VideoSource_3',
    ]);
    expect((await streamUri(client, 'Profile_301')).uri).toBe(camera.rtspUrl('main', 3));
  });

  it('gives a JPEG to whom it knows', async () => {
    const camera = await start();
    const url = camera.snapshotUrl ?? '';
    const refused = await fetch(url);
    expect(refused.status).toBe(401);
    await refused.arrayBuffer();
    const request = { method: 'GET', uri: new URL(url).pathname };
    const Authorization = digestAnswer(refused.headers.get('www-authenticate') ?? '', camera, request);
    const granted = await fetch(url, { headers: { Authorization } });
    const picture = Buffer.from(await granted.arrayBuffer());
    expect(granted.headers.get('content-type')).toBe('image/jpeg');
    expect(picture.subarray(0, 3).toString('hex')).toBe('ffd8ff');
    expect(camera.counters.snapshots).toBe(1);
  });

  it('refuses a wrong password with 400 and ter:NotAuthorized, and counts it', async () => {
    const camera = await start();
    await expect(connect(camera, { password: 'wrong' })).resolves.toMatchObject({ profiles: [] });
    const { status, text } = await ask(camera, deviceInformation, {
      password: 'wrong',
      createdMs: Date.now(),
      nonce: 'a',
    });
    expect(status).toBe(400);
    expect(text).toContain('<s:Value>ter:NotAuthorized</s:Value>');
    expect(camera.counters.failedLogins).toBeGreaterThanOrEqual(1);
    expect(camera.counters.authenticatedRequests).toBe(0);
  });

  it('takes a token within the window of its own clock, and only once', async () => {
    const wallMs = Date.UTC(2026, 2, 1, 12);
    const camera = await start({ wallMs: () => wallMs });
    const hour = 3_600_000;
    camera.faults.clockAhead(hour);
    const token = { password: camera.password, createdMs: wallMs, nonce: 'one' };
    expect((await ask(camera, deviceInformation, token)).status).toBe(400);
    const shifted = { ...token, createdMs: wallMs + hour, nonce: 'two' };
    expect((await ask(camera, deviceInformation, shifted)).status).toBe(200);
    expect((await ask(camera, deviceInformation, shifted)).status).toBe(400);
    expect(camera.counters.failedLogins).toBe(0);

    const clock = await ask(
      camera,
      '<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/>',
      null,
    );
    expect(clock.text).toContain('<tt:Hour>13</tt:Hour>');
  });

  it('says what it does not understand', async () => {
    const camera = await start();
    const token = (nonce: string) => ({ password: camera.password, createdMs: Date.now(), nonce });
    const unknown = await ask(camera, '<Reboot xmlns="http://www.onvif.org/ver10/device/wsdl"/>', token('1'));
    expect(unknown).toMatchObject({ status: 500, text: expect.stringContaining('ter:ActionNotSupported') });
    const noProfile = await ask(
      camera,
      '<GetStreamUri xmlns="http://www.onvif.org/ver10/media/wsdl"><ProfileToken>nope</ProfileToken></GetStreamUri>',
      token('2'),
    );
    expect(noProfile).toMatchObject({ status: 400, text: expect.stringContaining('ter:NoProfile') });
    const broken = await fetch(camera.onvifUrl ?? '', { method: 'POST', body: '<<<' });
    expect(broken.status).toBe(400);
  });

  it('tells a subscriber of motion', async () => {
    const camera = await start();
    const client = await connect(camera);
    const heard: string[] = [];
    client.on('event', (event: unknown) => heard.push(JSON.stringify(event)));
    await until(() => camera.counters.soapRequests['PullMessages'] === 1, { what: 'the first pull' });
    camera.motion(1, true);
    await until(() => heard.length === 1, { what: 'the motion' });
    expect(heard[0]).toContain('MotionAlarm');
    expect(heard[0]).toContain('VideoSource_1');
    client.removeAllListeners('event');
    await camera.close();
  });
});
