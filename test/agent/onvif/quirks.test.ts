import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '@gantry/agent/clock.js';
import { createLog } from '@gantry/agent/log.js';
import { readOnvifDevice, type ReadOptions } from '@gantry/agent/onvif/read.js';
import {
  envelope,
  fault,
  plainScript,
  profile,
  startScriptedDevice,
  streamAnswer,
  type Script,
  type ScriptedDevice,
} from './scripted-device.js';

const devices: ScriptedDevice[] = [];
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.close()));
});

async function device(script: Script = {}): Promise<ScriptedDevice> {
  const started = await startScriptedDevice({ ...plainScript(), ...script });
  devices.push(started);
  return started;
}

const read = (of: ScriptedDevice, given: Partial<ReadOptions> = {}) =>
  readOnvifDevice({
    urls: [of.url],
    address: '127.0.0.1',
    credentials: { username: 'admin', password: 'pässword&<>' },
    mayConnect: (host) => host === '127.0.0.1',
    timeoutMs: 2_000,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    ...given,
  });

const profiles = (...list: string[]) =>
  envelope(`<GetProfilesResponse>${list.join('')}</GetProfilesResponse>`);
const services = (...list: [namespace: string, xaddr: string][]) =>
  envelope(
    `<GetServicesResponse>${list
      .map(
        ([namespace, xaddr]) =>
          `<Service><Namespace>${namespace}</Namespace><XAddr>${xaddr}</XAddr></Service>`,
      )
      .join('')}</GetServicesResponse>`,
  );
const media1 = 'http://www.onvif.org/ver10/media/wsdl';
const media2 = 'http://www.onvif.org/ver20/media/wsdl';

describe('reading a device with quirks', () => {
  it('keeps an 18-digit serial and a firmware "2.40" as they are (Q23), and what is missing as null (Q25)', async () => {
    const reading = await read(await device());
    expect(reading).toMatchObject({
      outcome: 'ready',
      serial: '404754734001050102',
      firmware: '2.40',
      hardwareId: null,
    });
  });

  it('asks one request at a time (Q44)', async () => {
    const one = await device();
    expect((await read(one)).outcome).toBe('ready');
    expect(one.mostAtOnce()).toBe(1);
  });

  it('falls back to GetCapabilities where GetServices is refused (Q30)', async () => {
    const one = await device({
      GetServices: { status: 400, body: fault('ter:InvalidArgVal', 'the parameter value is illegal') },
      GetCapabilities: envelope(
        '<GetCapabilitiesResponse><Capabilities><Media><XAddr>http://1.2.3.4/m</XAddr></Media></Capabilities></GetCapabilitiesResponse>',
      ),
    });
    expect((await read(one)).outcome).toBe('ready');
    expect(one.asked).toContain('GetCapabilities');
  });

  it('passes over a Media2 that dies with an HTML error page (Q31)', async () => {
    let media2Calls = 0;
    const one = await device({
      GetServices: services([media2, 'http://10.0.0.1/m2'], [media1, 'http://10.0.0.1/m1']),
      GetProfiles: (request) => {
        if (!request.includes('ver20')) return profiles(profile('MainStream', { width: 1280, height: 720 }));
        media2Calls += 1;
        return { status: 500, body: '<html><body>died on signal 11</body></html>' };
      },
    });
    const reading = await read(one);
    expect(reading.outcome).toBe('ready');
    expect(reading.channels[0]?.streams[0]).toMatchObject({ profileToken: 'MainStream', width: 1280 });
    expect(media2Calls).toBeGreaterThan(0);
  });

  it('reads a device that has Media2 only, with H.265 (Q31)', async () => {
    const one = await device({
      GetServices: services([media2, 'http://10.0.0.1/m2']),
      GetProfiles: profiles(
        '<Profiles token="000"><Configurations><VideoSource><SourceToken>1</SourceToken></VideoSource>' +
          '<VideoEncoder><Encoding>H265</Encoding><Resolution><Width>3840</Width><Height>2160</Height></Resolution></VideoEncoder>' +
          '<AudioEncoder><Encoding>MP4A-LATM</Encoding></AudioEncoder></Configurations></Profiles>',
      ),
      GetStreamUri: envelope('<GetStreamUriResponse><Uri>rtsp://10.0.0.1/h265</Uri></GetStreamUriResponse>'),
    });
    expect((await read(one)).channels[0]?.streams).toMatchObject([
      { profileToken: '000', video: 'h265', audio: 'aac', width: 3840, url: 'rtsp://127.0.0.1/h265' },
    ]);
  });

  it('offers the streams of profiles without encoders where no profile has one (Q51)', async () => {
    const one = await device({
      GetProfiles: profiles(profile('a', { withEncoder: false }), profile('b', { withEncoder: false })),
    });
    expect((await read(one)).channels[0]?.streams).toMatchObject([
      { profileToken: 'a', video: 'unknown', width: null },
    ]);
  });

  it('chooses streams by quality, not by order, and MJPEG last (Q53)', async () => {
    const one = await device({
      GetProfiles: profiles(
        profile('jpeg', { encoding: 'JPEG', width: 4000, height: 3000 }),
        profile('third', { width: 320, height: 240 }),
        profile('sub', { width: 640, height: 360 }),
        profile('main', { width: 1920, height: 1080 }),
      ),
      GetStreamUri: (request) => streamAnswer(`rtsp://x/${/<ProfileToken>(.*?)</.exec(request)?.[1] ?? ''}`),
    });
    expect((await read(one)).channels[0]?.streams.map(({ url }) => url)).toEqual([
      'rtsp://127.0.0.1/main',
      'rtsp://127.0.0.1/third',
    ]);
  });

  it('strips the login, line breaks and the host from a stream address, and keeps a login in its path (Q52, Q63)', async () => {
    const one = await device({
      GetStreamUri: envelope(
        '<GetStreamUriResponse><MediaUri><MediaUri><Uri>rtsp://admin:p@ss@192.168.1.99:10554/user=admin&amp;password=\n' +
          '&amp;channel=1_stream=0.sdp</Uri></MediaUri></MediaUri></GetStreamUriResponse>',
      ),
    });
    expect((await read(one)).channels[0]?.streams[0]?.url).toBe(
      'rtsp://127.0.0.1:10554/user=admin&password=&channel=1_stream=0.sdp',
    );
  });

  it('logs in with the HTTP date as clock where the time itself wants a login (Q35)', async () => {
    const yearAhead = Date.now() + 365 * 86_400_000;
    const created: string[] = [];
    const refused = { status: 400, body: fault('ter:NotAuthorized', 'Sender not authorized') };
    const one = await device({
      GetSystemDateAndTime: { ...refused, headers: { date: new Date(yearAhead).toUTCString() } },
      GetDeviceInformation: (request) => {
        const stamp = /Created>([^<]+)</.exec(request)?.[1];
        if (stamp === undefined) return refused;
        created.push(stamp);
        return envelope('<GetDeviceInformationResponse><Model>Late</Model></GetDeviceInformationResponse>');
      },
    });
    expect(await read(one)).toMatchObject({ outcome: 'ready', model: 'Late' });
    expect(Math.abs(Date.parse(created[0] ?? '') - yearAhead)).toBeLessThan(5_000);
  });

  it('escapes user names and never sends the password itself', async () => {
    const bodies: string[] = [];
    const one = await device({
      GetDeviceInformation: (request) => {
        bodies.push(request);
        return { status: 400, body: fault('ter:NotAuthorized', 'error') };
      },
    });
    const reading = await read(one, { credentials: { username: 'a<b>&"c', password: 'canary-7316' } });
    expect(reading.outcome).toBe('needs_login');
    expect(bodies).toHaveLength(2);
    expect(bodies[1]).toContain('a&#60;b&#62;&#38;&#34;c');
    expect(JSON.stringify([bodies, reading])).not.toContain('canary-7316');
  });

  it('does not try a login again that got no answer: the camera may have counted it', async () => {
    let logins = 0;
    const refuse = (request: string) => {
      if (!request.includes('UsernameToken')) return { status: 400, body: fault('ter:NotAuthorized', '') };
      logins += 1;
      return null;
    };
    const one = await device({ GetServices: refuse, GetDeviceInformation: refuse, GetProfiles: refuse });
    const reading = await read(one, { timeoutMs: 300 });
    expect(reading).toMatchObject({
      outcome: 'needs_login',
      detail: 'The camera gave no answer to the login.',
    });
    expect(logins).toBe(1);
  });

  it('answers no Basic challenge over SOAP: it would give the password away', async () => {
    const headers: (string | undefined)[] = [];
    const one = await device({
      GetDeviceInformation: (_request, http) => {
        headers.push(http.headers.authorization);
        return { status: 401, body: '', headers: { 'www-authenticate': 'Basic realm="camera"' } };
      },
    });
    expect((await read(one)).outcome).toBe('needs_login');
    expect(headers).toEqual([undefined, undefined]);
  });

  it('says when the camera has locked the account (Q43)', async () => {
    const one = await device({
      GetDeviceInformation: {
        status: 401,
        body: fault('ter:NotAuthorized', 'The device is locked, 26 attempt(s)'),
      },
    });
    expect((await read(one)).detail).toBe(
      'The camera refused this user name and password; the camera says the account is locked for a while.',
    );
  });

  it('follows no redirect', async () => {
    const target = await device();
    const one = await device({
      GetSystemDateAndTime: { status: 302, body: '', headers: { location: target.url } },
    });
    expect((await read(one)).outcome).toBe('not_onvif');
    expect(target.asked).toEqual([]);
  });

  it('calls a device without profiles one without a stream, and says what to do', async () => {
    const reading = await read(await device({ GetProfiles: profiles() }));
    expect(reading).toMatchObject({ outcome: 'no_stream', manufacturer: 'ACME' });
    expect(reading.detail).toMatch(/no video profile/);
  });

  it('asks for no more than a bounded number of channels of a device that claims thousands', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => profile(`t${index}`, { source: `s${index}` }));
    const one = await device({ GetProfiles: profiles(...many) });
    const reading = await read(one);
    expect(reading.channels.length).toBeLessThanOrEqual(128);
  });

  it('leaves a device that stops answering half-way after two silences, with what it had said', async () => {
    const one = await device({ GetNetworkInterfaces: null, GetScopes: null, GetProfiles: null });
    const reading = await read(one, { timeoutMs: 300 });
    expect(reading).toMatchObject({ outcome: 'no_stream', manufacturer: 'ACME' });
    expect(reading.detail).toMatch(/stopped answering/);
    expect(one.asked).not.toContain('GetProfiles');
  });

  it('lets no entity of a hostile answer expand', async () => {
    const bomb =
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' +
      envelope('<GetDeviceInformationResponse><Model>&b;</Model></GetDeviceInformationResponse>');
    const reading = await read(await device({ GetDeviceInformation: bomb }));
    expect(reading.model).toBeNull();
  });
});
