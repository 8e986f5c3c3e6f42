import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runGantry, startGantry, type RunningGantry } from '../../agent/support/gantry.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';

let registry: TestRegistry;
let folder: string;
const running: RunningGantry[] = [];

beforeAll(async () => {
  registry = await startTestRegistry();
  folder = await mkdtemp(join(tmpdir(), 'gantry-box-'));
});

afterAll(async () => {
  await Promise.all(running.map((gantry) => gantry.stop('SIGKILL')));
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

const up = (data: string, ...more: string[]): RunningGantry => {
  const args = ['up', '--data', join(folder, data), '--registry', registry.url, '--scan', '127.0.82.99/32'];
  const gantry = startGantry([...args, ...more]);
  running.push(gantry);
  return gantry;
};

interface Shown {
  step: string;
  code: string;
  url: string;
  words: string[];
  expiresAt: string;
  qr: string;
}
const shownBy = (gantry: RunningGantry) =>
  until(
    () =>
      gantry
        .lines()
        .map((line) => JSON.parse(line) as Shown)
        .find(({ step }) => step === 'needs_approval'),
    { timeoutMs: 60_000, what: 'a code' },
  );

it('shows a code, is the same box after kill -9, is approved from a phone and connects by one command', async () => {
  const first = up('box', '--json');
  const shown = await shownBy(first);
  expect(shown.url).toBe(`${registry.url}/e/${shown.code}`);
  expect(shown.qr).toMatch(/^data:image\/svg\+xml;base64,/);
  expect(shown.words).toHaveLength(3);
  await first.stop('SIGKILL');
  const second = up('box', '--json');
  expect(await shownBy(second)).toMatchObject({ code: shown.code, words: shown.words });

  const integrator = await registry.createIntegrator({ name: 'North Security' });
  const seen = await registry.api.get<{ words: string[] }>(`/claims/${shown.code}`);
  expect(seen.words).toEqual(shown.words);
  await registry.api.post(`/claims/${shown.code}:approve`, { integratorId: integrator.id, name: 'Gate' });
  await until(() => second.steps().includes('connected'), { timeoutMs: 60_000, what: 'the connection' });
  expect(second.lines().find((line) => line.includes('"enrolled"'))).toMatch(
    /"agentName":"Gate".*"approvedBy":"[^"]+"/,
  );
  await second.stop('SIGTERM');

  const third = up('box', '--json');
  await until(() => third.steps().includes('connected'), { timeoutMs: 60_000, what: 'the connection' });
  expect(third.steps()).not.toContain('needs_approval');
  expect(await third.stop('SIGTERM')).toBe(0);
}, 90_000);

it('says when nobody approves it in time, and when somebody turns it away', async () => {
  const late = up('late', '--timeout', '8s', '--qr', 'small');
  expect(await late.exited).toBe(124);
  expect(late.output()).toContain('To approve this box, open:');
  expect(late.output()).toMatch(/words: \w+ \w+ \w+/);
  expect(late.output()).toContain('▀');
  expect(late.output()).toMatch(/Waiting for approval \(code valid (9:5\d|10:0\d)\)/);
  expect(late.output()).toContain('Nobody let this box in');

  const unwanted = up('unwanted', '--json');
  const { code } = await shownBy(unwanted);
  await registry.api.post(`/claims/${code}:reject`);
  expect(await unwanted.exited).toBe(5);
  expect(unwanted.output()).toContain('turned away');
  const nowhere = await runGantry(['up', '--data', join(folder, 'nowhere'), '--registry', 'not an address']);
  expect(nowhere.code).toBe(2);
});
