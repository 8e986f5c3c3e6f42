import { afterAll, beforeAll, expect, it } from 'vitest';
import { problemOf } from '../../support/api.js';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { describeFootage, record } from '../recordings/footage.js';
import { openShop, type Shop } from '../recordings/site.js';
import { enrolled, putSegment } from '../recordings/uploads.js';

let registry: TestRegistry;
let shop: Shop;
beforeAll(async () => {
  registry = await startTestRegistry();
  shop = await openShop(registry.context.db);
});
afterAll(() => registry?.close());

const minuteMs = 60_000;
const ask = (from: number | string, to: number | string) => {
  const text = (at: number | string) => (typeof at === 'string' ? at : new Date(at).toISOString());
  return registry.api.get<{ recordings: object[]; gaps: object[] }>(
    `/cameras/${shop.cameraId}/recordings?from=${text(from)}&to=${text(to)}`,
  );
};

it('a timeline tells what is recorded, what has not arrived, and when recording was off', async () => {
  const tokens = await enrolled(registry.context.db, shop.agentId);
  const footage = await record();
  const startedAtMs = Date.now() - 10 * minuteMs;
  const upload = describeFootage(footage, { cameraId: shop.cameraId, startedAtMs });
  for (const segment of upload) await putSegment(registry.url, tokens, segment);
  const last = upload.at(-1)?.meta;
  const endMs = (last?.startedAtMs ?? 0) + (last?.durationMs ?? 0);
  const iso = (ms: number) => new Date(ms).toISOString();
  const fromMs = shop.sinceMs - 30 * minuteMs;
  const toMs = Date.now() - minuteMs;
  expect(await ask(fromMs, toMs)).toMatchObject({
    recordings: [{ from: iso(startedAtMs), to: iso(endMs) }],
    gaps: [
      { from: iso(fromMs), to: iso(shop.sinceMs), state: 'off', cause: 'unbound' },
      { from: iso(shop.sinceMs), to: iso(startedAtMs), state: 'missing', cause: 'unexplained' },
      { from: iso(endMs), to: iso(toMs), state: 'missing', cause: 'unexplained' },
    ],
  });
});

it.each([
  ['an end before its start', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'],
  ['more than a month', '2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z'],
  ['no time', 'yesterday', 'today'],
])('a range with %s is refused', async (_what, from, to) => {
  expect((await problemOf(ask(from, to))).code).toBe('invalid');
});
