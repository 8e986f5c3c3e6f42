import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programs } from '../support/built.js';
import { makeTwoNetworks, namespacesRefused, type TwoNetworks } from '../support/namespaces.js';
import { startProgram, type Program } from '../support/program.js';

const refused = namespacesRefused();
if (refused) process.stderr.write(`skipped: the story of two networks, ${refused}\n`);

interface ScanReport {
  devices: { address: string; sources: string[]; endpoint: string | null; rtspPorts: number[] }[];
  durationMs: number;
}

describe.skipIf(refused !== null)('an agent between two camera networks', () => {
  const running: Program[] = [];
  let networks: TwoNetworks;

  beforeAll(async () => {
    networks = makeTwoNetworks();
    for (const [index, namespace] of networks.cameras.entries()) {
      const network = `10.77.${index + 1}`;
      const site = startProgram({
        namespace,
        command: [
          programs.site,
          '--network',
          network,
          '--interface',
          `${network}.11`,
          '--seed',
          `two-networks-${network}`,
        ],
      });
      running.push(site);
      await site.waitFor(/"ready":true/);
    }
  });

  afterAll(async () => {
    await Promise.all(running.map((program) => program.end()));
    networks?.close();
  });

  it('finds every camera of both exactly once, those without ONVIF too', async () => {
    const search = startProgram({ namespace: networks.agent, command: [programs.agent, 'scan', '--json'] });
    expect(await search.ended).toBe(0);
    const report = JSON.parse(search.output.join('\n')) as ScanReport;
    expect(report.devices.map((device) => device.address).toSorted()).toEqual(
      [1, 2].flatMap((network) => [11, 12, 13].map((host) => `10.77.${network}.${host}`)),
    );
    const endpoints = report.devices.flatMap((device) => device.endpoint ?? []);
    expect(new Set(endpoints).size).toBe(4);
    expect(report.devices.filter((device) => device.rtspPorts.includes(8554))).toHaveLength(6);
  });
});
