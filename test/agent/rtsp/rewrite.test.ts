import { cameraUri, localiseDescription, localiseRtpInfo } from '@gantry/agent/rtsp/rewrite.js';
import { describe, expect, it } from 'vitest';

const local = 'rtsp://127.0.0.1:4000/token';
const stream = 'rtsp://10.0.0.5/cam?channel=1';
const sdp = [
  'v=0',
  's=caf\xe9',
  'a=control:rtsp://192.168.1.99/all/',
  'm=video 0 RTP/AVP 96',
  'a=control:trackID=0',
  'a=x:1',
  'm=audio 0 RTP/AVP 0',
  '',
].join('\n');
const { body, addresses } = localiseDescription(
  Buffer.from(sdp, 'latin1'),
  [['Content-Base', 'rtsp://192.168.1.99/cam?channel=1/']],
  stream,
);

describe('what a local player sees of a camera', () => {
  it('is the description with local control addresses and every other byte as it was', () => {
    expect(body.toString('latin1').split('\r\n')).toEqual([
      'v=0',
      's=caf\xe9',
      'a=control:*',
      'm=video 0 RTP/AVP 96',
      'a=x:1',
      'a=control:track0',
      'm=audio 0 RTP/AVP 0',
      'a=control:track1',
      '',
    ]);
  });

  it.each([
    ['OPTIONS', '', stream],
    ['DESCRIBE', '/', stream],
    ['SETUP', '/track0', 'rtsp://10.0.0.5/cam?channel=1/trackID=0'],
    ['SETUP', '/track1', 'rtsp://10.0.0.5/all/'],
    ['PLAY', '/', 'rtsp://10.0.0.5/all/'],
    ['TEARDOWN', '', 'rtsp://10.0.0.5/all/'],
    ['SETUP', '/track2', null],
    ['SETUP', '/../other', null],
  ])('%s of %s is for %s', (method, path, uri) => {
    expect(cameraUri({ method, uri: `${local}${path}` }, local, addresses)).toBe(uri);
  });

  it('is nothing outside its own address', () => {
    expect(cameraUri({ method: 'DESCRIBE', uri: 'rtsp://10.0.0.6/' }, local, addresses)).toBeNull();
  });

  it('is told the start of each track under its local address', () => {
    expect(
      localiseRtpInfo(
        'url=rtsp://10.0.0.5/all/;seq=2;rtptime=3, url="rtsp://10.0.0.5/cam?channel=1/trackID=0";seq=1',
        local,
        addresses,
      ),
    ).toBe(`url=${local}/track1;seq=2;rtptime=3, url=${local}/track0;seq=1`);
    expect(localiseRtpInfo('url=nonsense;seq=7', local, addresses)).toBe(`url=${local}/track0;seq=7`);
  });
});
