import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { createAddressGuard } from '@gantry/agent/discovery/guard.js';

it('an address guard follows this computer when its lease changes', () => {
  let address = '10.0.0.7';
  const guard = createAddressGuard(['10.0.0.0/24', 'nonsense'], () => ({
    eth0: [
      { address, cidr: `${address}/24`, netmask: '255.255.255.0', family: 'IPv4', mac: '', internal: false },
    ],
  }));
  expect([guard('10.0.0.7'), guard('10.0.0.8'), guard('10.0.1.8')]).toEqual([false, true, false]);
  address = '10.0.0.8';
  expect([guard('10.0.0.7'), guard('10.0.0.8')]).toEqual([true, false]);
});

it('an address guard without ranges allows nothing, and reads the real interfaces by itself', () => {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  for (const { address } of own) expect(createAddressGuard([])(address)).toBe(false);
});
