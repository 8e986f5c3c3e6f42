import { timeStyles } from '@gantry/registry/cameras/status.js';
import { attentionFrom, type AttentionFacts, type Trouble } from '@gantry/registry/attention/attention.js';
import { expect, test } from 'vitest';

const now = new Date('2026-11-22T10:42:00Z');
const since = new Date('2026-11-22T10:02:00Z');
const style = timeStyles(now)('UTC');
const quiet: AttentionFacts = {
  offline: [],
  conflicts: [],
  troubles: [],
  failures: [],
  inbox: 0,
  tenant: { id: 'ten_1', name: 'North' },
};
const trouble = (more: Partial<Trouble>): Trouble => ({
  kind: 'not_recording',
  agent: { id: 'agt_1', name: 'Box' },
  reason: null,
  cameras: 1,
  camera: { id: 'cam_1', name: 'Yard' },
  since,
  ...more,
});
const linesOf = (facts: Partial<AttentionFacts>) =>
  attentionFrom({ ...quiet, ...facts }, style).map(({ sentence }) => sentence);

test('an agent that is gone is one line, whatever hangs on it (R50)', () => {
  const [line] = attentionFrom(
    { ...quiet, offline: [{ id: 'agt_1', name: 'Box', since, cameras: 12 }] },
    style,
  );
  expect(line).toEqual({
    kind: 'agent_offline',
    sentence: 'Box offline since 10:02 (12 cameras)',
    reason: null,
    cameras: 12,
    since,
    target: { kind: 'agent', id: 'agt_1', name: 'Box' },
    action: 'open_agent',
  });
});

test.each([
  [
    { reason: 'the camera refused the login' },
    'Yard does not record since 10:02: the camera refused the login',
  ],
  [{ cameras: 4, reason: 'no space left' }, '4 cameras of Box do not record: no space left'],
  [{ kind: 'camera_missing' }, 'Yard not found on site since 10:02'],
  [{ kind: 'camera_missing', cameras: 3 }, '3 cameras of Box not found on site'],
  [
    { kind: 'needs_login', cameras: 16, reason: '401, Digest' },
    '16 cameras of Box need a login: 401, Digest',
  ],
  [{ kind: 'camera_conflict', reason: 'its MAC belongs to Door' }, 'Yard: its MAC belongs to Door'],
  [{ kind: 'camera_conflict' }, 'Yard: it is not clear who it is'],
  [
    { kind: 'stop_unconfirmed', cameras: 2 },
    '2 cameras of Box go on recording though switched off; nothing of it is taken',
  ],
] as const)('%j reads "%s"', (more, sentence) => {
  expect(linesOf({ troubles: [trouble(more as Partial<Trouble>)] })).toEqual([sentence]);
});

test('one camera leads to the camera, several to their agent', () => {
  const [one, several] = attentionFrom({ ...quiet, troubles: [trouble({}), trouble({ cameras: 2 })] }, style)
    .toSorted((a, b) => a.cameras - b.cameras)
    .map(({ target, action }) => ({ target: target.kind, action }));
  expect(one).toEqual({ target: 'camera', action: 'open_camera' });
  expect(several).toEqual({ target: 'agent', action: 'open_cameras' });
});

test('the most urgent comes first, of one kind what touches most', () => {
  const lines = linesOf({
    inbox: 1,
    offline: [
      { id: 'agt_1', name: 'Small', since, cameras: 1 },
      { id: 'agt_2', name: 'Big', since, cameras: 40 },
    ],
    failures: [{ id: 'op_1', kind: 'cameras.bind', detail: 'the plan is gone', at: since }],
    troubles: [trouble({ kind: 'stop_unconfirmed' })],
    conflicts: [{ id: 'agt_3', name: 'Twin', conflict: 'two machines use its key' }],
  });
  expect(lines).toEqual([
    'Yard goes on recording though switched off; nothing of it is taken',
    'Twin: two machines use its key',
    'Big offline since 10:02 (40 cameras)',
    'Small offline since 10:02 (1 camera)',
    'Assigning cameras failed at 10:02: the plan is gone',
    '1 camera waits for a customer',
  ]);
});
