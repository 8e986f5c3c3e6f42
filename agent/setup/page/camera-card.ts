import type { CameraStatus } from '../shapes.js';
import { element } from './elements.js';

export interface CameraState {
  text: string;
  tone: 'good' | 'warn' | 'bad';
}

/** Where a camera stands between found and recording, in the installer's words. Pure. */
export function stateOf(camera: CameraStatus): CameraState {
  if (camera.access === 'needs_login') return { text: 'Needs login', tone: 'warn' };
  if (camera.access === 'unreachable') return { text: 'Not reachable', tone: 'bad' };
  if (camera.registration === 'conflict') return { text: 'Conflict', tone: 'bad' };
  if (camera.registration === 'replaced') return { text: 'Replaced', tone: 'warn' };
  if (camera.registration === 'bound_elsewhere') return { text: 'Claimed elsewhere', tone: 'bad' };
  if (camera.access === 'reachable') return { text: 'No stream', tone: 'warn' };
  if (camera.recorder?.state === 'recording') return { text: 'Recording', tone: 'good' };
  if (camera.cameraId !== null) return { text: 'Registered', tone: 'good' };
  return { text: 'Ready', tone: 'good' };
}

/**
 * Shows a camera in the list; changes only what differs, and leaves the button there, so that nobody loses the focus.
 * `snapshotUrl`: null where there is no picture.
 */
export function fillCard(item: HTMLElement, camera: CameraStatus, snapshotUrl: string | null): void {
  const { text, tone } = stateOf(camera);
  const print = JSON.stringify([camera.name, camera.address, camera.model, text, camera.access]);
  if (item.dataset['print'] === print) return;
  item.dataset['print'] = print;
  const still = document.createElement('img');
  still.alt = '';
  still.width = 72;
  still.height = 48;
  if (camera.access === 'ready' && snapshotUrl !== null) {
    still.loading = 'lazy';
    still.src = snapshotUrl;
    still.addEventListener('error', () => still.removeAttribute('src'));
  }
  const about = [camera.model, camera.address].filter(Boolean).join(' · ');
  const card = item.querySelector('button') ?? document.createElement('button');
  card.type = 'button';
  card.className = 'card';
  card.replaceChildren(
    still,
    element('span', '', element('b', '', camera.name), element('small', '', about)),
    element('span', `chip ${tone}`, text),
  );
  item.append(card);
}

/** Name and value of what is known of a camera. Pure. */
export function factsOf(camera: CameraStatus): [string, string][] {
  const streams = camera.streams.map(({ role, video, width, height, frameRate }): [string, string] => [
    role === 'main' ? 'Main stream' : 'Sub-stream',
    [
      video.toUpperCase().replace('H26', 'H.26'),
      width && height ? `${width} × ${height}` : '',
      frameRate ? `${Math.round(frameRate)} fps` : '',
    ]
      .filter(Boolean)
      .join(', '),
  ]);
  return [
    ['State', stateOf(camera).text],
    ['Address', camera.address],
    ...(camera.model ? [['Model', camera.model] as [string, string]] : []),
    ...streams,
    ...(camera.recorder?.detail ? [['Recorder', camera.recorder.detail] as [string, string]] : []),
  ];
}

const clockWarnMs = 5_000;

/** `3 min behind`, by the largest unit that says something. Pure. */
function offByOf(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const [size, unit] = units.find(([least]) => seconds >= 2 * least) ?? [1, 's'];
  return `${Math.round(seconds / size)} ${unit} ${aheadMs > 0 ? 'ahead' : 'behind'}`;
}

/** What is worth a look, each with why it matters. Pure. */
export function warningsOf(camera: CameraStatus): { what: string; why: string }[] {
  const warnings: { what: string; why: string }[] = [];
  const [main] = camera.streams;
  if (camera.accessReason !== null) warnings.push({ what: camera.accessReason, why: '' });
  if (camera.registrationDetail !== null) warnings.push({ what: camera.registrationDetail, why: '' });
  if (camera.hasDefaultLogin) {
    warnings.push({
      what: 'The camera has a password that anybody can look up.',
      why: 'Whoever is in this network can watch and change it. Give it another one, then enter that here.',
    });
  }
  if (Math.abs(camera.clockAheadMs ?? 0) > clockWarnMs) {
    warnings.push({
      what: `The camera’s clock is ${offByOf(camera.clockAheadMs ?? 0)}.`,
      why: 'The time it writes into its picture is wrong. Switch on NTP in the camera.',
    });
  }
  if (main?.video === 'h265') {
    warnings.push({
      what: 'The camera sends H.265.',
      why: 'It is recorded, but many browsers cannot play it. H.264 plays everywhere.',
    });
  }
  if (main && !camera.streams.some(({ role }) => role === 'sub')) {
    warnings.push({
      what: 'The camera has no sub-stream.',
      why: 'Live views use the full stream and need more of the line.',
    });
  }
  return warnings;
}
