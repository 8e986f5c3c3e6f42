import { keysOf, urlKey } from '@gantry/agent/cameras/identity-keys.js';
import { describe, expect, it } from 'vitest';

const nothing = { endpoint: null, macs: [], manufacturer: null, model: null, serial: null };

describe('identity keys', () => {
  it('come strongest first: endpoint, MAC, serial', () => {
    const keys = keysOf({
      endpoint: '4d454930-0000-1000-8000-acca8e012345',
      macs: ['acca8e012345'],
      manufacturer: 'Axis',
      model: 'P3245',
      serial: 'ACCA8E012345',
    });
    expect(keys).toEqual([
      { kind: 'endpoint', value: '4d454930-0000-1000-8000-acca8e012345' },
      { kind: 'mac', value: 'acca8e012345' },
      { kind: 'serial', value: 'axis|p3245|acca8e012345' },
    ]);
  });

  it.each(['SerialNumber', '0123456789', '00000000', 'N/A', ' ', '1'])(
    'leave out the made-up serial %j',
    (serial) => {
      expect(keysOf({ ...nothing, manufacturer: 'X', serial })).toEqual([]);
    },
  );

  it.each(['00123456789a', '000000000000', 'ffffffffffff', '021122334455', '0012'])(
    'leave out the shared or locally administered MAC %s',
    (mac) => {
      expect(keysOf({ ...nothing, macs: [mac] })).toEqual([]);
    },
  );

  it('of an address differ by agent and by path, and hold neither', () => {
    const key = urlKey('agt_1', 'rtsp://10.0.0.7/main?pw=secret');
    expect(key.value).toMatch(/^[0-9a-f]{64}$/);
    expect(urlKey('agt_2', 'rtsp://10.0.0.7/main?pw=secret')).not.toEqual(key);
    expect(urlKey('agt_1', 'rtsp://10.0.0.7/sub?pw=secret')).not.toEqual(key);
  });
});
