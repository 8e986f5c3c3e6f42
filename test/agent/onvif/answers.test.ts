import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planChannels } from '@gantry/agent/onvif/channels.js';
import { cameraTimeMs } from '@gantry/agent/onvif/clock-offset.js';
import { audioCodec, videoCodec, type Profile } from '@gantry/agent/onvif/profiles.js';
import {
  getCapabilities,
  getDeviceInformation,
  getEndpointReference,
  getNetworkInterfaces,
  getProfiles,
  getScopes,
  getServices,
  getSnapshotUri,
  getStreamUri,
  getSystemDateAndTime,
  withUsernameToken,
} from '@gantry/agent/onvif/requests.js';
import { readSoapAnswer } from '@gantry/agent/onvif/soap.js';
import { childAt, descendantsNamed, parseXml, textAt } from '@gantry/agent/xml.js';
import { dateAnswer, envelope, fault } from './scripted-device.js';

const read = (body: string, status = 200, operation = 'GetScopes') =>
  readSoapAnswer(operation, status, Buffer.from(body));

describe('a request', () => {
  const device = 'http://www.onvif.org/ver10/device/wsdl';
  it.each([
    [getSystemDateAndTime(), 'GetSystemDateAndTime', device],
    [getServices(), 'GetServices', device],
    [getCapabilities(), 'GetCapabilities', device],
    [getDeviceInformation(), 'GetDeviceInformation', device],
    [getNetworkInterfaces(), 'GetNetworkInterfaces', device],
    [getScopes(), 'GetScopes', device],
    [getEndpointReference(), 'GetEndpointReference', device],
    [getProfiles(1), 'GetProfiles', 'http://www.onvif.org/ver10/media/wsdl'],
    [getProfiles(2), 'GetProfiles', 'http://www.onvif.org/ver20/media/wsdl'],
    [getStreamUri(1, '0'), 'GetStreamUri', 'http://www.onvif.org/ver10/media/wsdl'],
    [getStreamUri(2, '0'), 'GetStreamUri', 'http://www.onvif.org/ver20/media/wsdl'],
    [getSnapshotUri(2, '0'), 'GetSnapshotUri', 'http://www.onvif.org/ver20/media/wsdl'],
  ])('is well-formed and names its action: $operation', (request, operation, namespace) => {
    expect([request.operation, request.action]).toEqual([operation, `${namespace}/${operation}`]);
    expect(childAt(parseXml(request.envelope), 'Body', operation)).not.toBeNull();
  });

  it('carries falsy and hostile profile tokens as they are (Q50)', () => {
    for (const token of ['0', '000', '</ProfileToken><x>', "a&b'"]) {
      const sent = parseXml(getStreamUri(1, token).envelope);
      expect(textAt(sent, 'Body', 'GetStreamUri', 'ProfileToken')).toBe(token);
    }
  });

  it('carries a UsernameToken that the standard verifies, in the camera time', () => {
    const nonce = Buffer.from('0123456789abcdef');
    const password = 'pä$$wörd';
    const sent = parseXml(
      withUsernameToken(getScopes(), { username: 'a<b', password }, Date.UTC(2031, 0, 2), nonce),
    );
    const token = childAt(sent, 'Header', 'Security', 'UsernameToken');
    expect(textAt(token, 'Username')).toBe('a<b');
    expect(textAt(token, 'Created')).toBe('2031-01-02T00:00:00.000Z');
    expect(textAt(token, 'Password')).toBe(
      createHash('sha1')
        .update(nonce)
        .update('2031-01-02T00:00:00.000Z')
        .update(password, 'utf8')
        .digest('base64'),
    );
    expect(descendantsNamed(sent, 'Header')).toHaveLength(1);
    expect(descendantsNamed(sent, 'GetScopes')).toHaveLength(1);
  });
});

describe('an answer', () => {
  it.each<[string, string, number, string]>([
    ['the response', envelope('<GetScopesResponse/>'), 200, 'response'],
    ['the response with an error status', envelope('<GetScopesResponse/>'), 500, 'response'],
    ['a fault only whose subcode tells (Q33)', fault('ter:NotAuthorized', 'error'), 500, 'unauthorized'],
    ['a fault with status 200 (Q32)', fault('ter:ActionNotSupported', 'x'), 200, 'fault'],
    ['a NotAuthorized fault with status 200', fault('ter:NotAuthorized', 'error'), 200, 'unauthorized'],
    ['a NotAuthorized fault with status 500', fault('x:notauthorized', ''), 500, 'unauthorized'],
    ['words only (Q34)', fault('ter:Action', 'HTTP Error: 401 Unauthorized'), 400, 'unauthorized'],
    [
      'a SOAP 1.1 fault',
      envelope('<Fault><faultcode>x</faultcode><faultstring>Sender not authorized</faultstring></Fault>'),
      500,
      'unauthorized',
    ],
    ['an HTML page with 401', '<html>Unauthorized</html>', 401, 'unauthorized'],
    ['an empty body with 401', '', 401, 'unauthorized'],
    ['an HTML page with 200', '<html></html>', 200, 'not_soap'],
    ['our own request (Q38)', getScopes().envelope, 200, 'not_soap'],
    ['the answer to something else', envelope('<GetUsersResponse/>'), 200, 'not_soap'],
    ['half of the response (Q39)', envelope('<GetScopesResponse><Scopes>').slice(0, -20), 200, 'not_soap'],
    ['an empty envelope', envelope(''), 200, 'not_soap'],
    ['nothing', '', 200, 'not_soap'],
    [
      'blanks and a byte order mark before the response',
      `\uFEFF \r\n${envelope('<GetScopesResponse/>')}`,
      200,
      'response',
    ],
  ])('that is %s', (_what, body, status, kind) => {
    expect(read(body, status).kind).toBe(kind);
  });

  it('never throws, whatever the bytes (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.integer({ min: 100, max: 599 }), (bytes, status) => {
        expect(typeof readSoapAnswer('GetScopes', status, bytes).kind).toBe('string');
      }),
    );
  });

  it('gives the time only when it is one (Q36)', () => {
    const timeOf = (body: string) => {
      const answer = read(body, 200, 'GetSystemDateAndTime');
      return answer.kind === 'response' ? cameraTimeMs(answer.element) : 'no answer';
    };
    const at = new Date('2026-02-03T04:05:06Z');
    expect(timeOf(dateAnswer(at))).toBe(at.getTime());
    expect(timeOf(dateAnswer(at).replace('<Month>2<', '<Month>22<'))).toBeNull();
    expect(timeOf(dateAnswer(at).replace('<Hour>4</Hour>', ''))).toBeNull();
    expect(timeOf(envelope('<GetSystemDateAndTimeResponse/>'))).toBeNull();
  });
});

describe('channels', () => {
  const profile = (
    token: string,
    source: string,
    video: 'h264' | 'h265' | 'mjpeg' | null,
    width = 0,
    frameRate = 25,
  ): Profile => ({
    token,
    name: null,
    sourceToken: source,
    audio: null,
    encoder: video === null ? null : { video, width, height: Math.round((width * 9) / 16), frameRate },
  });
  const plan = (...profiles: Profile[]) =>
    planChannels(profiles).map(({ channel, sourceToken, main, sub }) => [
      channel,
      sourceToken,
      main[0]?.token,
      sub[0]?.token,
    ]);

  it.each<[string, Profile[], unknown[]]>([
    ['none of no profiles', [], []],
    [
      'main and sub by size, not by order',
      [profile('s', '0', 'h264', 640), profile('m', '0', 'h265', 1920)],
      [[1, '0', 'm', 's']],
    ],
    ['MJPEG only when there is nothing else', [profile('j', '0', 'mjpeg', 1920)], [[1, '0', 'j', undefined]]],
    [
      'H.264 before larger MJPEG (Q53)',
      [profile('j', '0', 'mjpeg', 4000), profile('h', '0', 'h264', 640)],
      [[1, '0', 'h', undefined]],
    ],
    [
      'no sub of the same size',
      [profile('a', '0', 'h264', 1280), profile('b', '0', 'h264', 1280, 5)],
      [[1, '0', 'a', undefined]],
    ],
    [
      'the faster of two equals',
      [profile('a', '0', 'h264', 1280, 5), profile('b', '0', 'h264', 1280)],
      [[1, '0', 'b', undefined]],
    ],
    [
      'one per video source, by natural order of tokens (Q55)',
      [
        profile('x', 'src10', 'h264', 640),
        profile('y', 'src2', 'h264', 640),
        profile('z', 'src1', 'h264', 640),
      ],
      [
        [1, 'src1', 'z', undefined],
        [2, 'src2', 'y', undefined],
        [3, 'src10', 'x', undefined],
      ],
    ],
    [
      'no empty channel of a recorder (Q51)',
      [profile('a', '1', 'h264', 640), profile('b', '2', null)],
      [[1, '1', 'a', undefined]],
    ],
    [
      'of bare profiles when all are bare',
      [profile('a', '', null), profile('b', '', null)],
      [[1, '', 'a', undefined]],
    ],
  ])('are %s', (_what, profiles, expected) => {
    expect(plan(...profiles)).toEqual(expected);
  });

  it.each([
    ['H264', 'h264'],
    ['JPEG', 'mjpeg'],
    ['h265', 'h265'],
    ['MPV4-ES', 'mpeg4'],
    ['VP9', 'unknown'],
    [null, 'unknown'],
  ])('have video %j as %s', (encoding, expected) => {
    expect(videoCodec(encoding)).toBe(expected);
  });

  it.each([
    ['G711', 'pcmu'],
    ['PCMA', 'pcma'],
    ['MP4A-LATM', 'aac'],
    ['G726', 'g726'],
    ['AMR', 'other'],
    [null, null],
  ])('have audio %j as %j', (encoding, expected) => {
    expect(audioCodec(encoding)).toBe(expected);
  });
});
