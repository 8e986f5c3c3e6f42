import { randomBytes } from 'node:crypto';
import { newId, type CameraId, type GapId } from '@gantry/protocol/ids.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras } from '@gantry/registry/db/schema/cameras.js';
import { recordingGaps } from '@gantry/registry/db/schema/gaps.js';
import { takeGaps } from '@gantry/registry/recordings/gaps.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestRegistry, type TestRegistry } from '../../support/registry.js';
import { openShop, type Shop } from './site.js';

let registry: TestRegistry;
let shop: Shop;
beforeAll(async () => {
  registry = await startTestRegistry();
  shop = await openShop(registry.context.db);
});
afterAll(() => registry?.close());

const minuteMs = 60_000;
const gapId = (): GapId => newId('gap', Date.now(), (bytes) => randomBytes(bytes.length));
const iso = (ms: number) => new Date(ms).toISOString();
const tell = (...gaps: Parameters<typeof takeGaps>[2]['gaps']) =>
  takeGaps(registry.context, shop.agentId, { gaps, lost: [] });

interface Timeline {
  recordings: unknown[];
  gaps: { from: string; to: string; state: string; cause: string; sentence: string }[];
}
const timeline = (cameraId: CameraId, fromMs: number, toMs: number) =>
  registry.api.get<Timeline>(`/cameras/${cameraId}/recordings?from=${iso(fromMs)}&to=${iso(toMs)}`);

it('what an agent tells stands in the timeline, once however often it is told, and closed is final', async () => {
  const cameraId = await shop.addCamera();
  const fromMs = Date.now() - 30 * minuteMs;
  const id = gapId();
  const open = {
    gapId: id,
    cameraId,
    fromMs,
    toMs: null,
    clockOffsetMs: 0,
    cause: 'camera_unreachable' as const,
  };
  await tell(open);
  const before = await timeline(cameraId, fromMs - minuteMs, fromMs + 10 * minuteMs);
  expect(before.gaps.map(({ cause }) => cause)).toEqual(['unexplained', 'camera_unreachable']);
  await tell(open, { ...open, toMs: fromMs + 5 * minuteMs, cause: 'auth_failed' });
  // A message that was under way for long must not open it again.
  await tell(open);
  const { gaps } = await timeline(cameraId, fromMs - minuteMs, fromMs + 10 * minuteMs);
  expect(gaps).toMatchObject([
    { cause: 'unexplained', to: iso(fromMs) },
    {
      cause: 'auth_failed',
      state: 'missing',
      to: iso(fromMs + 5 * minuteMs),
      sentence: 'Not recorded: the camera refused the login',
    },
    { cause: 'unexplained' },
  ]);
});

it("is read on the registry's clock, and never lies in the future", async () => {
  const cameraId = await shop.addCamera();
  const dayMs = 86_400_000;
  const id = gapId();
  const fromMs = Date.now() - 10 * minuteMs;
  await tell({
    gapId: id,
    cameraId,
    fromMs: fromMs - dayMs,
    toMs: fromMs + dayMs,
    clockOffsetMs: dayMs,
    cause: 'evicted',
  });
  const [row] = await registry.context.db.select().from(recordingGaps).where(eq(recordingGaps.id, id));
  expect(row?.fromAt.getTime()).toBe(fromMs);
  expect(row?.toAt?.getTime()).toBeLessThanOrEqual(Date.now());
});

it('of a camera that is not its own, or under the id of another gap, an agent tells nothing', async () => {
  const [own, foreign] = [await shop.addCamera(), await shop.addCamera()];
  const { db } = registry.context;
  const other = newId('agent', Date.now(), (bytes) => randomBytes(bytes.length));
  await db
    .insert(agents)
    .values({ id: other, integratorId: shop.integratorId, name: 'Other', hostname: 'other' });
  await db.update(cameras).set({ agentId: other }).where(eq(cameras.id, foreign));
  const id = gapId();
  const gap = {
    gapId: id,
    cameraId: own,
    fromMs: 1,
    toMs: null,
    clockOffsetMs: 0,
    cause: 'evicted' as const,
  };
  await tell(gap, { ...gap, gapId: gapId(), cameraId: foreign });
  await takeGaps(registry.context, other, { gaps: [{ ...gap, cameraId: foreign, toMs: 5 }], lost: [] });
  const rows = await db.select().from(recordingGaps).where(eq(recordingGaps.id, id));
  expect(rows).toMatchObject([{ cameraId: own, toAt: null }]);
  expect(await db.$count(recordingGaps, eq(recordingGaps.cameraId, foreign))).toBe(0);
});

it('an agent that is away, and what waits in its spool, is told from what is missing', async () => {
  const cameraId = await shop.addCamera();
  const { db } = registry.context;
  const nowMs = Date.now();
  const states = async () => {
    const { gaps } = await timeline(cameraId, nowMs - 30 * minuteMs, nowMs + 30 * minuteMs);
    return gaps.map(({ state, cause }) => [state, cause]);
  };
  const oldest = { spoolOldestAt: new Date(nowMs - 20 * minuteMs), presence: 'online' as const };
  await db.update(agents).set(oldest).where(eq(agents.id, shop.agentId));
  expect(await states()).toEqual([
    ['missing', 'unexplained'],
    ['pending', 'on_its_way'],
  ]);
  const gone = {
    spoolOldestAt: null,
    presence: 'offline' as const,
    presenceAt: new Date(nowMs - 5 * minuteMs),
  };
  await db.update(agents).set(gone).where(eq(agents.id, shop.agentId));
  expect(await states()).toEqual([
    ['missing', 'unexplained'],
    ['pending', 'agent_offline'],
  ]);
});

it('a time whose retention has ended is not called missing, unless its agent said that it is', async () => {
  const cameraId = await shop.addCamera();
  // Before anything that may still come.
  const toMs = Date.now() - 30 * minuteMs;
  const fromMs = toMs - 20 * minuteMs;
  const told = { fromMs: fromMs + 5 * minuteMs, toMs: fromMs + 10 * minuteMs };
  await tell({ gapId: gapId(), cameraId, ...told, clockOffsetMs: 0, cause: 'camera_unreachable' });
  const causes = async () => {
    const { gaps } = await timeline(cameraId, fromMs, toMs);
    return gaps.map(({ state, cause }) => `${state} ${cause}`);
  };
  expect(await causes()).toEqual([
    'missing unexplained',
    'missing camera_unreachable',
    'missing unexplained',
  ]);
  await registry.context.db.update(cameras).set({ retentionDays: 0 }).where(eq(cameras.id, cameraId));
  expect(await causes()).toEqual([
    'off retention_ended',
    'missing camera_unreachable',
    'off retention_ended',
  ]);
});

it('a switch is named with the tenant it was of, whatever the agent says', async () => {
  const cameraId = await shop.addCamera();
  await registry.api.post(`/tenants/${shop.integratorId}:disable`);
  await registry.api.post(`/tenants/${shop.integratorId}:enable`);
  const toMs = Date.now();
  const fromMs = toMs - 5_000;
  await tell({ gapId: gapId(), cameraId, fromMs, toMs, clockOffsetMs: 0, cause: 'disabled' });
  const { gaps } = await timeline(cameraId, fromMs, toMs);
  expect(gaps.map(({ sentence }) => sentence)).toContain('Off: integrator North Security was disabled');
  expect(gaps.every(({ state }) => state === 'off')).toBe(true);
});
