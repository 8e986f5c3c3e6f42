import { candidatePaths, vendorPaths } from '@gantry/agent/rtsp/vendor-paths.js';
import { expect, it } from 'vitest';

const credentials = { username: 'admin', password: 'a&b' };
const firstFor = (hint: string | null, channel = 1) =>
  candidatePaths([null, hint], channel, credentials)[0]?.main;

it.each([
  ['HIKVISION', '/Streaming/Channels/101'],
  ['DS-2CD2032-I', '/Streaming/Channels/101'],
  ['Login to 3K05A8BPAZ1234', '/cam/realmonitor?channel=1&subtype=0'],
  ['AXIS M3024-LVE', '/axis-media/media.amp?camera=1'],
  ['Tapo C210', '/stream1'],
  ['H264DVR 1.0', '/user=admin&password=a%26b&channel=1&stream=0.sdp?'],
])('a device that calls itself %s is asked for %s first', (hint, path) => {
  expect(firstFor(hint)).toBe(path);
});

it('numbers the channel of a recorder', () => {
  expect(firstFor('Hikvision', 3)).toBe('/Streaming/Channels/301');
});

it('never puts the password into a path for a device that does not call itself like one that needs it', () => {
  for (const hint of [null, 'Hikvision', 'Dahua', 'nobody']) {
    expect(candidatePaths([hint], 1, credentials).filter(({ main }) => main.includes('a%26b'))).toEqual([]);
  }
});

it('offers each path once', () => {
  const paths = candidatePaths(['Zosi Hikvision'], 1, credentials).map(({ main }) => main);
  expect(new Set(paths).size).toBe(paths.length);
});

it('knows where each vendor keeps its main stream', () => {
  for (const { main, sub } of vendorPaths) {
    expect(main).toMatch(/^\//);
    expect(sub).not.toBe(main);
  }
});
