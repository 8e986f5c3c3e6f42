import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { programs } from '../support/built.js';
import { makeTwoNetworks, namespacesRefused } from '../support/namespaces.js';
import { startProgram } from '../support/program.js';
import { repositoryRoot } from '../support/source-files.js';
import { roundsOf, type Bench, type Stage } from './bench.js';
import { compare, type Variant } from './harness.js';
import { median } from './statistics.js';

const networks = ['10.77.1', '10.77.2'] as const;
/** Two with ONVIF and one with RTSP only in each network. */
const onvifCameras = networks.flatMap((network) => [11, 12].map((host) => `${network}.${host}`));
const allCameras = networks.flatMap((network) => [11, 12, 13].map((host) => `${network}.${host}`));

/** Null when it can be measured here, else what is missing. */
export const discoveryRefused = (): string | null =>
  namespacesRefused() ?? (spawnSync('nmap', ['-V']).error ? 'the program `nmap` is missing' : null);

export const discovery: Bench = {
  name: 'discovery',
  what: 'six cameras on two networks of 254 addresses, against nmap and the discovery of onvif',
  run: async function* (stage) {
    const namespace = await openSite(stage);
    const ours: Tool = {
      label: 'the scan of the agent',
      command: [process.execPath, join(repositoryRoot, 'test/dist/agent/discovery/scan-program.js')],
      addressIn: (line) => /^\{"atMs":.*?"address":"([\d.]+)"/.exec(line)?.[1],
      finds: allCameras,
    };
    const nmap: Tool = {
      label: 'nmap -p 554,8554',
      command: ['nmap', '-n', '-v', '-T4', '-p', '554,8554', '--open', ...networks.map((n) => `${n}.0/24`)],
      addressIn: (line) => /^Discovered open port 8?554\/tcp on ([\d.]+)/.exec(line)?.[1],
      finds: allCameras,
    };
    const onvif: Tool = {
      label: 'discovery of onvif 0.8.3, finds 4 of them',
      command: [process.execPath, join(repositoryRoot, 'test/dist/bench/onvif-discovery-program.js')],
      addressIn: (line) => /^[\d.]+$/.exec(line)?.[0],
      finds: onvifCameras,
    };
    const insideMs: { first: number; last: number }[] = [];
    const timing = (tool: Tool, end: keyof Timing): Variant => ({
      label: tool.label,
      run: async () => {
        const timing = await watch(namespace, tool, end);
        if (tool === ours && timing.insideMs.length >= allCameras.length)
          insideMs.push({ first: Math.min(...timing.insideMs), last: Math.max(...timing.insideMs) });
        return { cost: timing[end], check: () => checkFound(tool, timing, end) };
      },
    });
    const rounds = roundsOf(stage);
    const last = await compare({
      name: 'discovery, until the last camera',
      unit: 'ms from the start of the program',
      ...rounds,
      variants: { ours: timing(ours, 'lastMs'), peer: timing(nmap, 'lastMs'), also: timing(onvif, 'lastMs') },
    });
    const sinceSearch = (pick: 'first' | 'last') => median(insideMs.map((one) => one[pick])).toFixed(0);
    last.notes.push(
      `From the beginning of the search: first camera after ${sinceSearch('first')} ms (promised: 150), ` +
        `all six after ${sinceSearch('last')} ms (promised: 1,000).`,
    );
    yield last;
    if (stage.smoke) return;
    yield await compare({
      name: 'discovery, until the first camera',
      unit: 'ms from the start of the program',
      ...rounds,
      variants: {
        ours: timing(ours, 'firstMs'),
        peer: timing(nmap, 'firstMs'),
        also: timing(onvif, 'firstMs'),
      },
    });
    yield await compare({
      name: 'discovery, the whole search',
      unit: 'ms from the start of the program to its end',
      ...rounds,
      variants: { ours: timing(ours, 'endMs'), peer: timing(nmap, 'endMs'), also: timing(onvif, 'endMs') },
    });
  },
};

async function openSite(stage: Stage): Promise<string> {
  const made = makeTwoNetworks();
  stage.atEnd(async () => made.close());
  for (const [index, namespace] of made.cameras.entries()) {
    const network = networks[index] ?? '';
    const site = startProgram({
      namespace,
      command: [programs.site, '--network', network, '--interface', `${network}.11`, '--seed', network],
    });
    stage.atEnd(async () => void (await site.end()));
    await site.waitFor(/"ready":true/);
  }
  return made.agent;
}

interface Tool {
  label: string;
  command: readonly [string, ...string[]];
  addressIn: (line: string) => string | undefined;
  /** What it is able to find here. */
  finds: readonly string[];
}

interface Timing {
  firstMs: number;
  lastMs: number;
  endMs: number;
}

/** Runs a tool until it told of its first camera, its last, or ended. */
async function watch(namespace: string, tool: Tool, end: keyof Timing) {
  const startMs = performance.now();
  const child = spawn('ip', ['netns', 'exec', namespace, ...tool.command], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(child, 'close');
  const found = new Set<string>();
  const insideMs: number[] = [];
  const timing: Timing = { firstMs: Number.NaN, lastMs: Number.NaN, endMs: Number.NaN };
  for await (const line of createInterface({ input: child.stdout })) {
    const address = tool.addressIn(line);
    if (address === undefined || found.has(address)) continue;
    found.add(address);
    insideMs.push(Number(/^\{"atMs":([\d.]+)/.exec(line)?.[1]));
    const nowMs = performance.now() - startMs;
    if (found.size === 1) timing.firstMs = nowMs;
    if (found.size === tool.finds.length) timing.lastMs = nowMs;
    if (!Number.isNaN(timing[end])) {
      child.kill('SIGKILL');
      break;
    }
  }
  await closed;
  timing.endMs = performance.now() - startMs;
  return { ...timing, found, insideMs };
}

function checkFound(tool: Tool, { found }: { found: ReadonlySet<string> }, end: keyof Timing): void {
  for (const address of found) assert.ok(tool.finds.includes(address), `${address} is no camera`);
  if (end === 'firstMs') assert.ok(found.size > 0, 'nothing was found');
  else assert.deepEqual([...found].toSorted(), [...tool.finds].toSorted());
}
