import { randomUUID } from 'node:crypto';
import { systemClock } from '@gantry/agent/clock.js';
import { createDeviceTokens } from '@gantry/agent/identity/device-token.js';
import { enrol } from '@gantry/agent/identity/enrolment.js';
import { loadOrMakeKey } from '@gantry/agent/identity/key.js';
import { createRegistryClock } from '@gantry/agent/identity/registry-clock.js';
import { exchange } from '@gantry/agent/http.js';
import { createLog } from '@gantry/agent/log.js';
import { openEventFile } from '@gantry/agent/uplink/event-file.js';
import type { Uplink, UplinkOptions, UplinkState } from '@gantry/agent/uplink/options.js';
import { connectUplink } from '@gantry/agent/uplink/uplink.js';
import type { InventoryCamera } from '@gantry/protocol/camera.js';
import type { Gap } from '@gantry/protocol/gap.js';
import { decodeJoinToken, type JoinToken } from '@gantry/protocol/enrol.js';
import { cameraId, gapId } from '@gantry/protocol/ids.js';
import type { DesiredState, ReportedCamera } from '@gantry/protocol/state.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { startSmallRegistry, wanted, type SmallRegistry } from '../support/small-registry.js';

let folder: string;
let registry: SmallRegistry;
const open: Uplink[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-uplink-'));
  registry = await startSmallRegistry();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((uplink) => uplink.close()));
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

const camera = (index: number): InventoryCamera => ({
  localId: `cam-${index}`,
  kind: 'generic',
  keys: [{ kind: 'url', value: String(index).padStart(64, '0') }],
  channel: 1,
  name: `Camera ${index}`.padEnd(150, '.'),
  manufacturer: null,
  model: null,
  firmware: null,
  serial: null,
  address: '10.0.0.1:554',
  access: 'ready',
  accessReason: null,
  streams: [],
});

/** An enrolled agent's uplink over what the test keeps in `site`. */
async function connect(more: Partial<UplinkOptions> = {}) {
  const { key } = await loadOrMakeKey(join(folder, 'key.json'));
  const registryClock = createRegistryClock(systemClock);
  const { agentId, mqttUrl } = await enrol({
    join: decodeJoinToken(registry.joinToken) as JoinToken,
    key,
    path: join(folder, 'enrolment.json'),
    hostname: 'box',
    agentVersion: '1',
    exchange,
    clock: systemClock,
    registryClock,
    newTokenId: randomUUID,
  });
  const tokens = createDeviceTokens({
    key,
    agentId,
    registryNowMs: () => registryClock.nowMs(),
    newTokenId: randomUUID,
  });
  const site = {
    inventory: null as { hash: string; cameras: InventoryCamera[] } | null,
    reported: [] as ReportedCamera[],
    desired: [] as DesiredState[],
    states: [] as UplinkState[],
    registered: 0,
    untoldGaps: [] as Gap[],
  };
  const uplink = connectUplink({
    url: mqttUrl,
    agentId,
    agentVersion: '1',
    hostname: 'box',
    platform: 'test',
    bootId: 'boot-0001',
    bootCount: 1,
    events: { waiting: [], keep: () => undefined },
    password: () => tokens.fresh(),
    beforeConnect: async () => undefined,
    positions: () => ({ accepted: { epoch: 1, generation: 2 }, applied: { epoch: 1, generation: 1 } }),
    spool: () => ({ segments: 0, sizeBytes: 0, oldestAtMs: null }),
    inventory: () => site.inventory,
    reported: () => site.reported,
    gaps: {
      untold: async () =>
        site.untoldGaps.length > 0 ? { gaps: site.untoldGaps.slice(0, 2), lost: [] } : null,
      onTold: async ({ gaps }) =>
        void (site.untoldGaps = site.untoldGaps.filter((gap) => !gaps.includes(gap))),
      onWithdrawn: () => undefined,
    },
    onDesired: (state) => site.desired.push(state),
    onRequest: () => undefined,
    onLive: () => undefined,
    onSetup: () => undefined,
    onRegistrations: (results) => (site.registered += results.length),
    onClockSample: (sample) => registryClock.observe(sample),
    onState: (state) => site.states.push(state),
    newNonce: randomUUID,
    clock: systemClock,
    random: Math.random,
    log: createLog({ level: 'silent' }),
    heartbeatMs: 60,
    resendMs: 150,
    backoff: { firstMs: 20, maxMs: 100 },
    ...more,
  });
  open.push(uplink);
  return { uplink, site, registryClock };
}

const connected = (uplink: Uplink) =>
  until(() => uplink.state().kind === 'connected', { what: 'the connection' });

describe('the uplink', () => {
  it('is born, reports, beats, and says goodbye', async () => {
    const { uplink } = await connect();
    await connected(uplink);
    await until(() => registry.of('heartbeat').length > 2, { what: 'heartbeats' });
    expect(registry.heard[0]).toMatchObject({
      kind: 'birth',
      message: { accepted: { epoch: 1, generation: 2 } },
    });
    expect(registry.of('reported')[0]).toMatchObject({
      applied: { epoch: 1, generation: 1 },
      parts: 1,
      cameras: [],
    });
    const { session } = registry.of('birth')[0] ?? {};
    await uplink.close();
    await until(() => registry.of('death').length > 0, { what: 'the goodbye' });
    expect(registry.of('death')).toEqual([{ session, reason: 'stopped' }]);
  });

  it('leaves a will, comes back in a new session and is born again', async () => {
    const { uplink } = await connect();
    await connected(uplink);
    registry.dropConnections();
    await until(() => registry.of('birth').length >= 2, { what: 'the second birth' });
    const [first, second] = registry.of('birth');
    expect(second?.session).not.toBe(first?.session);
    expect(second?.bootId).toBe(first?.bootId);
    expect(registry.of('death')[0]).toEqual({ session: first?.session, reason: 'lost' });
  });

  it('sends a large inventory in parts and again until every part is acknowledged', async () => {
    const { uplink, site } = await connect();
    await connected(uplink);
    registry.silentAbout = ['inventory'];
    site.inventory = {
      hash: 'a'.repeat(64),
      cameras: Array.from({ length: 400 }, (_, index) => camera(index)),
    };
    uplink.inventoryChanged();
    const parts = await until(() => registry.of('inventory')[0]?.parts, { what: 'the first part' });
    expect(parts).toBeGreaterThan(1);
    await until(() => registry.of('inventory').length >= 2 * parts, { what: 'the parts again' });
    registry.silentAbout = [];
    await until(() => site.registered === 400, { what: 'all registrations' });
    expect(registry.cameras.size).toBe(400);
    expect(new Set(registry.of('inventory').map(({ hash }) => hash))).toEqual(new Set(['a'.repeat(64)]));
  });

  it('sends the inventory when the registry shows that it knows another', async () => {
    const { uplink, site } = await connect();
    await connected(uplink);
    site.inventory = { hash: 'b'.repeat(64), cameras: [camera(1)] };
    await until(() => site.registered === 1, { what: 'the registration' });
    expect(uplink.state().kind).toBe('connected');
  });

  it('gathers several changes of recorder states into one report within 100 ms', async () => {
    const { uplink, site } = await connect({ heartbeatMs: 5_000 });
    await connected(uplink);
    const before = registry.of('reported').length;
    const id = cameraId.parse(`cam_${'0'.repeat(26)}`);
    for (const sinceMs of [1, 2, 3]) {
      site.reported = [
        { cameraId: id, state: 'recording', reason: null, detail: null, sinceMs, generation: 1 },
      ];
      uplink.reportedChanged();
    }
    await until(() => registry.of('reported').length > before, { what: 'the report' });
    expect(registry.of('reported').slice(before)).toMatchObject([{ cameras: [{ sinceMs: 3 }] }]);
  });

  it('takes a desired state of several parts and ignores what is no message', async () => {
    const { uplink, site } = await connect();
    await connected(uplink);
    for (const garbage of [
      '',
      '{',
      '{"epoch":1}',
      '[]',
      'null',
      JSON.stringify({ epoch: 1, generation: 1, part: 1, parts: 1, cameras: [{}] }),
    ]) {
      registry.send('desired', garbage);
      registry.send('ack', garbage);
      registry.send('request', garbage);
    }
    const cameras = [1, 2, 3].map((index) =>
      wanted(`cam-${index}`, cameraId.parse(`cam_${String(index).padStart(26, '0')}`), true),
    );
    registry.desire(1, 5, cameras, 3);
    await until(() => site.desired.length > 0, { what: 'the desired state' });
    expect(site.desired).toEqual([{ epoch: 1, generation: 5, cameras }]);
    expect(uplink.malformedCount()).toBe(18);
    expect(uplink.state().kind).toBe('connected');
  });

  it('measures the registry clock', async () => {
    registry.aheadMs = 3_000;
    const { uplink, registryClock } = await connect();
    await connected(uplink);
    await until(() => registryClock.offsetMs() !== 0, { what: 'a measurement by heartbeat' });
    expect(Math.abs(registryClock.offsetMs() - 3_000)).toBeLessThan(2_000);
  });

  it('connects anew when the registry stops answering heartbeats', async () => {
    const { uplink, site } = await connect();
    await connected(uplink);
    registry.silentAbout = ['birth', 'heartbeat'];
    await until(() => registry.of('birth').length >= 2, { what: 'another birth' });
    expect(site.states).toContainEqual(expect.objectContaining({ kind: 'waiting', why: 'lost' }));
    registry.silentAbout = [];
    await connected(uplink);
  });

  it('says that it is denied, keeps trying, and connects once it is let in', async () => {
    registry.isAccepting = false;
    const { uplink } = await connect();
    await until(() => {
      const state = uplink.state();
      return state.kind === 'waiting' && state.why === 'denied';
    });
    registry.isAccepting = true;
    await connected(uplink);
    expect(registry.of('birth')).toHaveLength(1);
  });

  it('tells an event after a restart of the agent that ended before it was acknowledged', async () => {
    const path = join(folder, 'events.json');
    const log = createLog({ level: 'silent' });
    const openFile = () => openEventFile({ path, clock: systemClock, log });
    registry.silentAbout = ['event'];
    const before = await openFile();
    const { uplink } = await connect({ events: before });
    await connected(uplink);
    uplink.event('footage_lost', null, 'Lost before the restart.');
    await until(() => registry.of('event').length > 0, { what: 'the event' });
    await uplink.close();
    await before.close();
    const [{ eventId } = { eventId: '' }] = registry.of('event');

    registry.silentAbout = [];
    const after = await openFile();
    expect(after.waiting.map((event) => event.eventId)).toEqual([eventId]);
    const { uplink: again } = await connect({ events: after });
    await connected(again);
    const session = registry.of('birth').at(-1)?.session;
    await until(
      () => registry.of('event').some((event) => event.eventId === eventId && event.session === session),
      { what: 'the same event again' },
    );
    await again.close();
    await after.close();
    expect((await openFile()).waiting).toEqual([]);
  });

  it('keeps events until they are acknowledged', async () => {
    registry.isAccepting = false;
    const { uplink } = await connect();
    uplink.event('footage_lost', null, 'Footage is lost.');
    registry.isAccepting = true;
    await until(() => registry.of('event').length > 0, { what: 'the event' });
    expect(registry.of('event')[0]).toMatchObject({ kind: 'footage_lost', detail: 'Footage is lost.' });
  });

  it('tells of gaps batch after batch until the registry has taken each', async () => {
    registry.silentAbout.push('gaps');
    const { uplink, site } = await connect();
    const gap = (id: string): Gap => ({
      gapId: gapId.parse(`gap_0000000000000000000000000${id}`),
      cameraId: cameraId.parse(`cam_${'0'.repeat(26)}`),
      fromMs: 1,
      toMs: null,
      clockOffsetMs: 0,
      cause: 'camera_unreachable',
    });
    site.untoldGaps = ['1', '2', '3'].map(gap);
    await connected(uplink);
    await until(() => registry.of('gaps').length > 1, { what: 'a repeated batch' });
    expect(new Set(registry.of('gaps').map(({ batchId }) => batchId)).size).toBe(1);
    registry.silentAbout = [];
    await until(() => site.untoldGaps.length === 0, { what: 'all gaps to be told' });
    expect(registry.of('gaps').at(-1)?.gaps).toEqual([gap('3')]);

    site.untoldGaps = [gap('4')];
    uplink.gapsChanged();
    await until(() => site.untoldGaps.length === 0, { what: 'the new gap to be told' });
  });
});
