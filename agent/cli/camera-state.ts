import type { AccessState } from '@gantry/protocol/camera.js';
import type { RecorderState } from '@gantry/protocol/state.js';
import type { CameraStatus } from '../setup/shapes.js';

/** How far a camera let itself be asked, for a person. */
export const accessWords: Readonly<Record<AccessState, string>> = {
  unreachable: 'Not reachable',
  reachable: 'No stream',
  needs_login: 'Needs login',
  ready: 'Ready',
};
const recorderWords: Readonly<Record<RecorderState, string>> = {
  recording: 'Recording',
  starting: 'Starting',
  retrying: 'Trying again',
  parked: 'Paused',
  stopped: 'Not recording',
};

/** Where a camera stands between found and recording, and why, for a person. Pure. */
export function stateOf(camera: CameraStatus, nowMs: number): { state: string; why: string } {
  const { access, accessReason, cameraId, recorder, registration, registrationDetail } = camera;
  if (registration === 'conflict') return { state: 'Conflict', why: registrationDetail ?? '' };
  if (registration === 'bound_elsewhere')
    return { state: 'Claimed elsewhere', why: registrationDetail ?? '' };
  // Why its recorder pauses; the login is what somebody can do something about.
  if (access === 'needs_login' && recorder?.state !== 'recording')
    return { state: accessWords.needs_login, why: sentence(accessReason ?? '') };
  if (recorder !== null && recorder.state !== 'stopped')
    return {
      state: recorderWords[recorder.state],
      why: recorder.detail === null ? since(recorder.sinceMs, nowMs) : sentence(recorder.detail),
    };
  if (access !== 'ready') return { state: accessWords[access], why: sentence(accessReason ?? '') };
  if (cameraId === null) return { state: accessWords.ready, why: 'The registry has not answered yet.' };
  return {
    state: recorderWords.stopped,
    why: recorder?.detail ?? 'The registry has not said what it wants.',
  };
}

/** Begins with a capital and ends with a full stop; nothing stays nothing. Pure. */
export const sentence = (text: string): string =>
  text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.*$/, '')}.`;

const dayMs = 86_400_000;

/** `since 10:36`, with the day once it is long ago; in the box's time zone. */
function since(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const time = at.toTimeString().slice(0, 5);
  return nowMs - atMs < dayMs ? `since ${time}` : `since ${at.toDateString()} ${time}`;
}
