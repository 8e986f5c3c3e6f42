import { networkLines, type NetworkFacts } from '@gantry/agent/setup/network-check.js';
import { describe, expect, it } from 'vitest';

const well: NetworkFacts = {
  addresses: ['192.168.1.40/24'],
  registryUrl: 'https://cams.example.com',
  nameResolves: true,
  registry: { answers: true, tookMs: 12, aheadMs: 400 },
  uplink: { kind: 'connected' },
  ffmpegProblem: null,
};

const problems = (facts: Partial<NetworkFacts>) =>
  networkLines({ ...well, ...facts })
    .filter(({ ok }) => !ok)
    .map(({ what, detail }) => `${what}: ${detail}`);

describe('the network check', () => {
  it('has nothing to say against a network that works', () => {
    expect(problems({})).toEqual([]);
    expect(networkLines({ ...well, registryUrl: null, registry: null, nameResolves: null })).toHaveLength(1);
  });

  it.each<[string, Partial<NetworkFacts>, RegExp]>([
    ['there is no address', { addresses: [] }, /^network: .*no address/],
    ['nobody gives an address', { addresses: ['169.254.7.7/16'] }, /^network: .*gave itself/],
    ['the name is unknown', { nameResolves: false, registry: null }, /^dns: The name cams\.example\.com/],
    [
      'the registry is out of reach',
      { registry: { answers: false, why: 'timed out.' } },
      /^registry: cams\.example\.com does not answer: timed out/,
    ],
    [
      'the clock is behind',
      { registry: { answers: true, tookMs: 9, aheadMs: 90_000 } },
      /^clock: .*90 s behind the registry/,
    ],
    [
      'the clock is ahead',
      { registry: { answers: true, tookMs: 9, aheadMs: -6_000 } },
      /^clock: .*6 s ahead of the registry/,
    ],
    [
      'only MQTT is blocked',
      { uplink: { kind: 'waiting', detail: 'TCP 8883 timed out' } },
      /^mqtt: .*TCP 8883/,
    ],
    ['ffmpeg is missing', { ffmpegProblem: 'Recording needs ffmpeg.' }, /^video: Recording needs ffmpeg/],
  ])('names the problem and a remedy when %s', (_case, facts, expected) => {
    expect(problems(facts)).toEqual([expect.stringMatching(expected)]);
    expect(networkLines({ ...well, ...facts }).every(({ ok, fix }) => ok || fix)).toBe(true);
  });
});
