import type { Camera, ReplacedHardware } from '../../api/schema.js';
import type { Recording } from './recording-values.js';
import type { texts } from './texts.js';

type Key = keyof (typeof texts)['en'];

/** Words of the API, and the texts that say them. */

export const because = {
  recording: 'because_recording',
  camera_off: 'because_camera_off',
  unbound: 'because_unbound',
  no_plan: 'because_no_plan',
  customer_disabled: 'because_customer_disabled',
  integrator_disabled: 'because_integrator_disabled',
  platform_disabled: 'because_platform_disabled',
  mode_off: 'because_mode_off',
  released: 'because_released',
} as const satisfies Readonly<Record<Camera['desired']['reason'], Key>>;

export const reportedIs = {
  recording: 'is_recording',
  starting: 'is_starting',
  retrying: 'is_retrying',
  parked: 'is_parked',
  stopped: 'is_stopped',
} as const satisfies Readonly<Record<NonNullable<Camera['reported']>['state'], Key>>;

export const accessIs = {
  unreachable: 'access_unreachable',
  reachable: 'access_reachable',
  needs_login: 'access_needs_login',
  ready: 'access_ready',
} as const satisfies Readonly<Record<Camera['access'], Key>>;

export const keyIs = {
  endpoint: 'key_endpoint',
  mac: 'key_mac',
  serial: 'key_serial',
  url: 'key_url',
} as const satisfies Readonly<Record<ReplacedHardware['items'][number]['kind'], Key>>;

export const modeMeans = {
  continuous: 'what_continuous',
  motion: 'what_motion',
  schedule: 'what_schedule',
  off: 'what_off',
} as const satisfies Readonly<Record<Recording['mode'], Key>>;

export const fieldNames = {
  mode: 'field_mode',
  retentionDays: 'field_retentionDays',
  stream: 'field_stream',
  motion: 'field_motion',
  scheduleWindows: 'field_scheduleWindows',
} as const satisfies Readonly<Record<keyof Recording, Key>>;
