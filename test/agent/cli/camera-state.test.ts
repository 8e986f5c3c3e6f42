import { stateOf } from '@gantry/agent/cli/camera-state.js';
import { cameraText } from '@gantry/agent/cli/cameras.js';
import { progressLines } from '@gantry/agent/cli/progress-lines.js';
import { statusText } from '@gantry/agent/cli/status.js';
import type { AgentStatus, CameraStatus } from '@gantry/agent/setup/shapes.js';
import { describe, expect, it } from 'vitest';

const at = new Date(2026, 10, 22, 10, 36).getTime();
const nowMs = at + 600_000;
const recorder = (state: NonNullable<CameraStatus['recorder']>['state'], detail: string | null) => ({
  state,
  detail,
  reason: null,
  sinceMs: at,
});
const aCamera = (o: Partial<CameraStatus> = {}): CameraStatus => ({
  localId: 'cam-1a2b3c4d5e6f',
  cameraId: 'cam_01JD8YAB2C3D4E5F6G7H8J9KMN',
  name: 'Dock door',
  kind: 'onvif',
  address: '192.168.1.20:80',
  model: 'DS-2CD2',
  access: 'ready',
  accessReason: null,
  streams: [],
  registration: 'registered',
  registrationDetail: null,
  recorder: null,
  ...o,
});

describe('the state of a camera, for an installer', () => {
  it.each<[Partial<CameraStatus>, string, string]>([
    [{ recorder: recorder('recording', null) }, 'Recording', 'since 10:36'],
    [{ recorder: recorder('retrying', 'No bytes for 10 s.') }, 'Trying again', 'No bytes for 10 s.'],
    [{ recorder: recorder('parked', 'the stream is gone') }, 'Paused', 'The stream is gone.'],
    [
      { access: 'needs_login', accessReason: 'It refused it', recorder: recorder('parked', '401') },
      'Needs login',
      'It refused it.',
    ],
    [{ recorder: recorder('stopped', 'Waits for a customer.') }, 'Not recording', 'Waits for a customer.'],
    [{ access: 'needs_login', accessReason: '401, Digest' }, 'Needs login', '401, Digest.'],
    [{ access: 'reachable', accessReason: 'No video.' }, 'No stream', 'No video.'],
    [{ access: 'unreachable', accessReason: 'Gone.' }, 'Not reachable', 'Gone.'],
    [{ registration: 'conflict', cameraId: null, registrationDetail: 'Two keys.' }, 'Conflict', 'Two keys.'],
    [
      { registration: 'bound_elsewhere', cameraId: null, registrationDetail: 'Ask for it.' },
      'Claimed elsewhere',
      'Ask for it.',
    ],
    [{ cameraId: null, registration: null }, 'Ready', 'The registry has not answered yet.'],
  ])('%j is %s', (given, state, why) => {
    expect(stateOf(aCamera(given), nowMs)).toEqual({ state, why });
  });

  it('names the day of what began long ago', () => {
    const camera = aCamera({ recorder: recorder('recording', null) });
    expect(stateOf(camera, at + 3 * 86_400_000).why).toBe('since Sun Nov 22 2026 10:36');
  });
});

describe('what an installer reads', () => {
  const status: AgentStatus = {
    v: 1,
    pid: 1,
    startedAtMs: at,
    agentVersion: '0.1.0',
    agentId: 'agt_01JD8YAB2C3D4E5F6G7H8J9KMN',
    agentName: 'Warehouse',
    integratorName: 'North Security',
    registryUrl: 'https://cams.example.com',
    uplink: { kind: 'connected' },
    accepted: { epoch: 1, generation: 4 },
    applied: { epoch: 1, generation: 4 },
    clockOffsetMs: 0,
    ffmpegProblem: null,
    spool: { segments: 2, sizeBytes: 5_200_000, oldestAtMs: at },
    uploads: { stored: 7, notPermitted: 0, rejected: 0, damaged: 0, retried: 3 },
    pageUrl: 'http://192.168.1.40:7080/',
    malformedMessages: 0,
    scanNotes: [],
    cameras: [aCamera({ recorder: recorder('recording', null) }), aCamera({ kind: 'generic', model: null })],
  };

  it('is one screen: the box, its uploads, its page, its cameras', () => {
    expect(statusText(status, nowMs)).toBe(
      [
        'Warehouse  connected to https://cams.example.com, as North Security (agt_01JD8YAB2C3D4E5F6G7H8J9KMN)',
        'uploads     7 stored, 2 wait (5.2 MB)',
        'on site     http://192.168.1.40:7080/ (PIN and QR code: gantry status --local)',
        '',
        'CAMERA     ADDRESS          MODEL           ID                STATE          WHY',
        'Dock door  192.168.1.20:80  DS-2CD2         cam-1a2b3c4d5e6f  Recording      since 10:36',
        'Dock door  192.168.1.20:80  RTSP (generic)  cam-1a2b3c4d5e6f  Not recording  The registry has not said what it wants.',
        '',
      ].join('\n'),
    );
  });

  it('is what is known of one camera', () => {
    const camera = aCamera({
      streams: [{ role: 'main', video: 'h265', audio: null, width: 3840, height: 2160, frameRate: 15 }],
      clockAheadMs: -7_200_000,
      hasDefaultLogin: true,
      recorder: recorder('recording', null),
    });
    expect(cameraText(camera, nowMs).split('\n')).toEqual([
      'name       Dock door',
      'state      Recording: since 10:36',
      'address    192.168.1.20:80',
      'model      DS-2CD2',
      'id         cam-1a2b3c4d5e6f',
      'registry   cam_01JD8YAB2C3D4E5F6G7H8J9KMN',
      'main       h265, 3840 × 2160, 15 fps, no sound',
      "clock      -7200.0 s against the registry's",
      'login      a password that anybody can look up: change it on the camera',
      '',
    ]);
  });

  it('says what to do next while cameras want a login', () => {
    const { localId, name, address, model } = aCamera();
    const found = (access: 'ready' | 'needs_login') => ({
      localId,
      name,
      address,
      model,
      access,
      reason: null,
    });
    const lines = progressLines({
      step: 'found',
      cameras: [found('ready'), found('needs_login')],
      notes: [],
    });
    expect(lines[0]).toBe('Cameras     2 found: 1 ready, 1 needs login');
    expect(lines.at(-1)).toMatch(/^Next +.*gantry cameras login --user admin --password file:PATH$/);
    expect(progressLines({ step: 'found', cameras: [found('ready')], notes: [] })).toHaveLength(2);
  });

  it('says who let the box in, when it was let in just now by its code', () => {
    const enrolled = {
      step: 'enrolled' as const,
      agentId: 'agt_1',
      agentName: 'Gate',
      integratorName: 'North Security',
      registryUrl: 'https://cams.example.com',
    };
    const first = (approvedBy: string | null, now: boolean) =>
      progressLines({ ...enrolled, approvedBy, now })[0];
    expect(first('ana@north.example', true)).toBe('Approved    by ana@north.example');
    expect(first('ana@north.example', false)).toMatch(/^Enrolled    before as Gate/);
    expect(first(null, true)).toMatch(/^Enrolled    as Gate/);
  });
});
