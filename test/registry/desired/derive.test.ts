import { newId, type IdKind } from '@gantry/protocol/ids.js';
import { desiredCamera } from '@gantry/protocol/state.js';
import {
  deriveCamera,
  hashOf,
  released,
  segmentSecondsOn,
  type DerivedFrom,
} from '@gantry/registry/desired/derive.js';
import { nextGeneration } from '@gantry/registry/desired/publisher.js';
import { ResendTimes } from '@gantry/registry/desired/resend.js';
import { timeOf, timeStyles, statusOf, type StatusFacts } from '@gantry/registry/cameras/status.js';
import type { TenantStanding } from '@gantry/registry/tenancy/tree.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const id = <Kind extends IdKind>(kind: Kind, n = 1) => newId(kind, n, (bytes) => bytes.fill(n));
const standing = (
  kind: TenantStanding['kind'],
  name: string,
  status: TenantStanding['status'] = 'active',
): TenantStanding => ({ id: id('tenant'), kind, name, status });

const path = (off: string[] = []): TenantStanding[] =>
  [
    standing('platform', 'Gantry'),
    standing('integrator', 'North'),
    standing('integrator', 'Branch'),
    standing('customer', 'Bakery'),
  ].map((one) => (off.includes(one.name) ? { ...one, status: 'disabled' } : one));

const camera = (columns: Partial<DerivedFrom> = {}): DerivedFrom => ({
  id: id('camera'),
  localId: 'onvif-1',
  customerId: id('tenant'),
  planId: id('plan'),
  enabled: true,
  mode: 'continuous',
  stream: 'main',
  motion: null,
  scheduleWindows: null,
  timeZone: null,
  ...columns,
});

describe('what the registry wants of a camera (R14)', () => {
  it.each<[string, Partial<DerivedFrom>, string[], string]>([
    ['everything on', {}, [], 'recording'],
    ['no customer', { customerId: null, planId: null }, [], 'unbound'],
    ['no plan', { planId: null }, [], 'no_plan'],
    ['own switch off', { enabled: false }, [], 'camera_off'],
    ['mode off', { mode: 'off' }, [], 'mode_off'],
    ['customer off', {}, ['Bakery'], 'customer_disabled'],
    ['integrator off', {}, ['Branch'], 'integrator_disabled'],
    ['platform off', {}, ['Gantry'], 'platform_disabled'],
    ['several off: the highest decides', {}, ['Bakery', 'North'], 'integrator_disabled'],
    ['a tenant weighs more than the own switch', { enabled: false }, ['Bakery'], 'customer_disabled'],
    ['the own switch weighs more than the mode', { enabled: false, mode: 'off' }, [], 'camera_off'],
  ])('%s', (_what, columns, off, reason) => {
    const derived = deriveCamera(camera(columns), path(off));
    expect(derived).toMatchObject({ reason, record: reason === 'recording' });
    expect(desiredCamera.parse(derived)).toEqual(derived);
  });

  it('tells margins and windows only with the mode they belong to, and never a length longer than wanted', () => {
    const windows = [{ days: [1], from: '08:00', to: '18:00' }];
    const motion = { preRollSeconds: 3, postRollSeconds: 20 };
    const settings = { motion, scheduleWindows: windows, timeZone: 'Europe/Zurich' };
    const told = (mode: DerivedFrom['mode']) => {
      const derived = deriveCamera(camera({ ...settings, mode }), path(), segmentSecondsOn.s3);
      expect(desiredCamera.parse(derived)).toEqual(derived);
      return derived;
    };
    expect(told('continuous')).not.toHaveProperty('motion');
    expect(told('continuous')).toMatchObject({ segmentSeconds: 60 });
    expect(told('motion')).toMatchObject({ motion, segmentSeconds: 5 });
    expect(told('motion')).not.toHaveProperty('schedule');
    expect(told('schedule').schedule).toEqual({ timeZone: 'Europe/Zurich', windows });
    expect(hashOf([told('motion')])).not.toBe(
      hashOf([{ ...told('motion'), motion: { ...motion, preRollSeconds: 4 } }]),
    );
  });

  it('records exactly when nothing stands in the way', () => {
    fc.assert(
      fc.property(
        fc.record({
          bound: fc.boolean(),
          enabled: fc.boolean(),
          mode: fc.constantFrom('continuous', 'motion', 'schedule', 'off'),
          statuses: fc.array(fc.constantFrom('active', 'disabled', 'pending_confirmation', 'deleting'), {
            minLength: 1,
            maxLength: 8,
          }),
        }),
        ({ bound, enabled, mode, statuses }) => {
          const columns = bound ? { enabled, mode } : { enabled, mode, customerId: null, planId: null };
          const standings = statuses.map((status, n) =>
            standing(n === 0 ? 'integrator' : 'customer', `${n}`, status),
          );
          const { record, reason } = deriveCamera(camera(columns), standings);
          const may = bound && enabled && mode !== 'off' && statuses.every((status) => status === 'active');
          expect(record).toBe(may);
          expect(reason === 'recording').toBe(may);
        },
      ),
    );
  });

  it('has one hash whatever the order of the cameras, and another for any difference', () => {
    const one = deriveCamera(camera(), path());
    const two = deriveCamera(camera({ id: id('camera', 2) }), path());
    expect(hashOf([one, two])).toBe(hashOf([two, one]));
    expect(hashOf([one])).not.toBe(hashOf([one, two]));
    expect(hashOf([{ ...one, record: false }])).not.toBe(hashOf([one]));
    expect(hashOf([released({ id: id('camera'), localId: 'onvif-1' })])).not.toBe(hashOf([one]));
  });
});

describe('the next generation', () => {
  it.each([
    ['the same state keeps it', { generation: 5, desiredHash: 'a' }, 5],
    ['another state raises it', { generation: 5, desiredHash: 'b' }, 6],
    ['the first state is 1', { generation: 0, desiredHash: null }, 1],
    ['an agent ahead is passed', { generation: 5, desiredHash: 'a', acceptedGeneration: 9 }, 10],
    [
      'an agent ahead in another epoch is not',
      { generation: 5, desiredHash: 'a', acceptedEpoch: 1, acceptedGeneration: 9 },
      5,
    ],
  ])('%s', (_what, position, expected) => {
    const full = { acceptedEpoch: 2, acceptedGeneration: 0, ...position };
    expect(nextGeneration(full, 'a', 2)).toBe(expected);
  });
});

describe('when a state is sent again', () => {
  it('is after 1, 2, 4, 8 and then every 15 s, until applied', () => {
    const times = new ResendTimes();
    const lagging = [{ id: 'a', generation: 1 }];
    const sentAt: number[] = [];
    times.sent('a', 1, 0);
    for (let atMs = 0; atMs <= 60_000; atMs += 500) {
      if (!times.due(lagging, atMs).has('a')) continue;
      sentAt.push(atMs / 1_000);
      times.sent('a', 1, atMs);
    }
    expect(sentAt).toEqual([1, 3, 7, 15, 30, 45, 60]);
    expect(times.due([], 61_000)).toEqual(new Set());
    expect(times.due([{ id: 'a', generation: 2 }], 61_000)).toEqual(new Set(['a']));
  });
});

describe('the status of a camera in one line (R19)', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  const style = timeStyles(now)('Europe/Berlin');
  const at = new Date('2026-11-22T09:02:00Z');
  const on = { record: true, reason: 'recording', because: null } as const;
  const facts = (more: Partial<StatusFacts>): StatusFacts => ({
    wish: on,
    switchedOffBy: null,
    agent: { presence: 'online', presenceAt: at },
    missingSince: null,
    reported: null,
    ...more,
  });
  const reported = (
    state: 'recording' | 'starting' | 'retrying' | 'parked' | 'stopped',
    detail: string | null = null,
  ) => ({
    state,
    reason: null,
    detail,
    since: at,
  });
  const north = {
    record: false,
    reason: 'integrator_disabled',
    because: standing('integrator', 'North'),
  } as const;
  const offline = { presence: 'offline', presenceAt: at } as const;
  it.each<[Partial<StatusFacts>, string, string]>([
    [{ reported: reported('recording') }, 'recording', 'Recording since 10:02'],
    [{}, 'waiting', 'Waiting for the agent to start it'],
    [{ reported: reported('starting') }, 'waiting', 'Starting'],
    [
      { reported: reported('retrying', 'wrong password') },
      'not_recording',
      'Not recording, trying again: wrong password',
    ],
    [{ reported: reported('parked', 'no video') }, 'not_recording', 'Not recording: no video'],
    [{ agent: offline, reported: reported('recording') }, 'offline', 'Offline since 10:02 (agent)'],
    [{ agent: { presence: 'unknown', presenceAt: at } }, 'waiting', 'Waiting to hear from the agent'],
    [{ missingSince: at }, 'offline', 'Offline since 10:02 (not found on site)'],
    [{ wish: north, reported: reported('stopped') }, 'disabled', 'Off — integrator North disabled'],
    [
      { wish: north, reported: reported('recording') },
      'disabled',
      'Off — integrator North disabled (stopping)',
    ],
    [
      { wish: north, reported: reported('recording'), agent: offline },
      'disabled',
      'Off — integrator North disabled (stop not confirmed)',
    ],
    [
      { wish: { record: false, reason: 'camera_off', because: null }, switchedOffBy: 'customer' },
      'disabled',
      'Off — switched off by the customer',
    ],
    [
      { wish: { record: false, reason: 'unbound', because: null } },
      'unassigned',
      'Unassigned — assign it to a customer',
    ],
  ])('%#: %s', (more, chip, sentence) => {
    expect(statusOf(facts(more), style)).toEqual({ chip, sentence });
  });

  it('names the day when it was not today', () => {
    expect(timeOf(new Date('2026-11-20T09:02:00Z'), style)).toBe('20 Nov 10:02');
  });
});
