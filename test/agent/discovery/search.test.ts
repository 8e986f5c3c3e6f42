import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '@gantry/agent/clock.js';
import { parseCidr } from '@gantry/agent/discovery/ranges.js';
import { isSameDevice, planSearch, type StrongId } from '@gantry/agent/discovery/search-plan.js';
import { searchFor } from '@gantry/agent/discovery/search.js';
import { createLog } from '@gantry/agent/log.js';
import { readOnvifDevice } from '@gantry/agent/onvif/read.js';
import { startVirtualSite, type VirtualSite } from '../../support/cameras/site.js';
import { until } from '../../support/until.js';
import { steeredClock } from '../support/steered-clock.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

describe('where a missing camera is looked for', () => {
  const ranges = ['10.0.0.0/29', '10.0.1.0/30'].flatMap((text) => parseCidr(text) ?? []);
  const plan = (given: Partial<Parameters<typeof planSearch>[0]> = {}) =>
    planSearch({
      lastAddress: '10.0.0.4',
      macs: ['accc8e112233'],
      ranges,
      ownAddresses: ['10.0.0.1'],
      neighbours: new Map(),
      taken: new Set(),
      hostLimit: 100,
      ...given,
    });

  it('first where it stood, then around, then in the other ranges, never at our own address', () => {
    expect(plan()).toEqual([
      '10.0.0.4',
      '10.0.0.3',
      '10.0.0.5',
      '10.0.0.2',
      '10.0.0.6',
      '10.0.1.1',
      '10.0.1.2',
    ]);
  });

  it('before all where the neighbour table has its MAC', () => {
    const neighbours = new Map([
      ['10.0.0.2', '001122334455'],
      ['10.0.1.2', 'accc8e112233'],
      ['192.168.9.9', 'accc8e112233'],
    ]);
    expect(plan({ neighbours }).slice(0, 2)).toEqual(['10.0.1.2', '10.0.0.4']);
    expect(plan({ neighbours })).not.toContain('192.168.9.9');
  });

  it('not where others answer, and not host by host in a range too large', () => {
    expect(plan({ taken: new Set(['10.0.0.3', '10.0.0.4']), hostLimit: 2 })).toEqual([
      '10.0.1.1',
      '10.0.1.2',
    ]);
  });
});

describe('the missing camera', () => {
  const mac: StrongId = { kind: 'mac', value: 'a' };
  const serial: StrongId = { kind: 'serial', value: 's' };
  it.each<[string, StrongId[], StrongId[], boolean]>([
    ['is who has one of its ids', [mac, serial], [serial], true],
    ['is not who has none', [mac], [serial], false],
    [
      'is not who has one and contradicts another',
      [mac, serial],
      [serial, { kind: 'mac', value: 'b' }],
      false,
    ],
    [
      'is who has one MAC of several',
      [mac, { kind: 'mac', value: 'c' }],
      [mac, { kind: 'mac', value: 'd' }],
      true,
    ],
    ['is nobody when nothing is known of it', [], [serial], false],
  ])('%s', (_what, wanted, seen, same) => {
    expect(isSameDevice(wanted, seen)).toBe(same);
  });
});

describe('a search for a camera', () => {
  async function siteOf(network: string): Promise<VirtualSite> {
    const site = await startVirtualSite({
      network,
      firstHost: 5,
      cameras: 3,
      seed: network,
      each: { onvifPort: 8_765 },
    });
    closers.push(() => site.close());
    return site;
  }
  const identifyWith =
    (password: string, asked: string[]) => async (address: string, signal: AbortSignal) => {
      asked.push(address);
      const reading = await readOnvifDevice({
        urls: [`http://${address}:8765/onvif/device_service`],
        address,
        credentials: { username: 'admin', password },
        mayConnect: () => true,
        timeoutMs: 2_000,
        signal,
        clock: systemClock,
        log: createLog({ level: 'silent' }),
      });
      return reading.serial === null ? [] : [{ kind: 'serial', value: reading.serial }];
    };

  it('finds it at its new address, and asks nobody who is known to stand elsewhere', async () => {
    const { cameras } = await siteOf('127.0.50');
    const moved = cameras[2];
    if (moved === undefined) throw new Error('no camera');
    const asked: string[] = [];
    const address = await searchFor(
      {
        lastAddress: '127.0.50.2',
        macs: [],
        ids: [{ kind: 'serial', value: moved.identity.serial }],
        ports: [8_765],
      },
      {
        ranges: ['127.0.50.0/28'],
        taken: new Set([cameras[0]?.address ?? '']),
        identify: identifyWith(moved.password, asked),
        signal: new AbortController().signal,
        clock: systemClock,
      },
    );
    expect(address).toBe(moved.address);
    expect(asked).not.toContain(cameras[0]?.address);
  });

  it('gives up after 30 s, however long those who answer take', async () => {
    await siteOf('127.0.65');
    const clock = steeredClock();
    const asked: string[] = [];
    const searching = searchFor(
      { lastAddress: '127.0.65.5', macs: [], ids: [{ kind: 'serial', value: 'x' }], ports: [8_765] },
      {
        ranges: ['127.0.65.0/28'],
        taken: new Set(),
        identify: (address, signal) =>
          new Promise((resolve) => {
            asked.push(address);
            signal.addEventListener('abort', () => resolve([]));
          }),
        signal: new AbortController().signal,
        clock,
      },
    );
    await until(() => asked.length === 3, { what: 'three cameras asked' });
    await clock.advance(30_000);
    expect(await searching).toBeNull();
  });
});
