import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import {
  chooseInterfaces,
  localRanges,
  looksLikeDockerBridge,
  ownAddresses,
} from '@gantry/agent/discovery/interfaces.js';
import { parseCidr } from '@gantry/agent/discovery/ranges.js';

const v4 = (cidr: string, internal = false): NetworkInterfaceInfo => ({
  address: cidr.split('/')[0] ?? '',
  cidr,
  netmask: '255.255.255.0',
  family: 'IPv4',
  mac: '02:00:00:00:00:01',
  internal,
});
const v6: NetworkInterfaceInfo = {
  address: 'fe80::1',
  cidr: 'fe80::1/64',
  netmask: 'ffff::',
  family: 'IPv6',
  mac: '02:00:00:00:00:01',
  internal: false,
  scopeid: 1,
};
const system = {
  lo: [v4('127.0.0.1/8', true)],
  eth0: [v6, v4('192.168.1.10/24')],
  wlan0: [v4('192.168.1.11/24'), v4('10.1.0.11/16')],
  docker0: [v4('172.17.0.1/16')],
  'br-0123456789ab': [v4('172.18.0.1/16')],
  br0: [v4('10.5.0.1/24')],
  veth12: [v4('169.254.3.3/16')],
  sit0: [v6],
};
const names = (ranges: string[], named?: string[]) =>
  chooseInterfaces(
    system,
    ranges.flatMap((text) => parseCidr(text) ?? []),
    named,
  ).use.map(({ name }) => name);

describe('interfaces to probe from', () => {
  it('are all with an IPv4 address that are not virtual, once per address', () => {
    expect(names(['192.168.1.0/24'])).toEqual(['eth0', 'wlan0', 'wlan0', 'br0']);
  });

  it('include loopback only when a range lies inside it', () => {
    expect(names(['127.0.1.0/24'])).toContain('lo');
    expect(names(['0.0.0.0/0'])).not.toContain('lo');
  });

  it('are exactly those a person named, virtual or not', () => {
    expect(names([], ['veth12'])).toEqual(['veth12']);
  });

  it('that are left out are named with the reason', () => {
    const { skipped } = chooseInterfaces(system, [], undefined);
    expect(skipped).toContainEqual({ name: 'docker0', why: 'is virtual' });
    expect(skipped).toContainEqual({ name: 'sit0', why: 'has no IPv4 address' });
    expect(chooseInterfaces(system, [], ['eth7']).skipped).toContainEqual({
      name: 'eth7',
      why: 'does not exist or is down',
    });
  });

  it('give the ranges an agent may talk to when nobody configured any', () => {
    expect(localRanges(system)).toEqual(['192.168.1.0/24', '10.1.0.0/16', '10.5.0.0/24']);
  });

  it('give the addresses that are never cameras', () => {
    expect(ownAddresses(system)).toEqual(
      expect.arrayContaining(['127.0.0.1', '192.168.1.10', '10.1.0.11', '172.17.0.1']),
    );
  });

  it.each([
    ['eth0', '172.17.0.0/16', true],
    ['eth0', '192.168.1.0/24', false],
    ['docker0', '172.17.0.0/16', false],
  ])('%s in %s looks like the inside of a container: %s', (name, cidr, expected) => {
    expect(looksLikeDockerBridge({ name, cidr, address: '172.17.0.2' })).toBe(expected);
  });
});
