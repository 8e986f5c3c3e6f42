import { describe, expect, it } from 'vitest';
import { parseNeighbours } from '@gantry/agent/discovery/neighbours.js';

describe("the kernel's neighbour table", () => {
  it('gives MAC addresses by IP, without incomplete entries and MACs that stand for several addresses', () => {
    const table = [
      'IP address       HW type     Flags       HW address            Mask     Device',
      '192.168.1.20     0x1         0x2         44:19:b6:00:11:22     *        eth0',
      '192.168.1.21     0x1         0x0         00:00:00:00:00:00     *        eth0',
      '192.168.1.22     0x1         0x0         44:19:b6:00:11:23     *        eth0',
      '10.0.0.5         0x1         0x2         02:fc:00:00:00:05     *        eth1',
      '10.0.0.6         0x1         0x2         02:fc:00:00:00:05     *        eth1',
      '',
    ].join('\n');
    expect([...parseNeighbours(table)]).toEqual([['192.168.1.20', '4419b6001122']]);
  });

  it('that is empty or nonsense gives nothing', () => {
    expect(parseNeighbours('').size + parseNeighbours('x\ny z\n').size).toBe(0);
  });
});
