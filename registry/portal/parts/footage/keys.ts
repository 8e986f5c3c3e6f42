import type { KeyboardEvent } from 'react';
import type { Playing } from './playing.js';

export const speeds = [0.5, 1, 2, 4, 8] as const;

const faster = (speed: number): number => speeds.find((one) => one > speed) ?? speed;
const slower = (speed: number): number => speeds.findLast((one) => one < speed) ?? speed;

/**
 * What editors' keyboards do: Space and K stop and go on, L goes and then faster, J slower and then back by 10 s,
 * arrows 1 s, with Shift 10 s.
 */
export function onPlayerKey(event: KeyboardEvent, playing: Playing): void {
  const typing =
    event.target instanceof HTMLElement && event.target.closest('input, select, textarea') !== null;
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  // A button is pressed by Space: that is not for the video.
  if (event.key === ' ' && event.target instanceof HTMLElement && event.target.closest('button, a') !== null)
    return;
  const { timeMs, speed, isPaused, seek, toggle, setSpeed } = playing;
  const by = (ms: number) => timeMs !== null && seek(timeMs + ms);
  const stepMs = event.shiftKey ? 10_000 : 1_000;
  switch (event.key.toLowerCase()) {
    case ' ':
    case 'k':
      toggle();
      break;
    case 'l':
      if (isPaused) toggle();
      else setSpeed(faster(speed));
      break;
    case 'j':
      if (speed > 1) setSpeed(slower(speed));
      else by(-10_000);
      break;
    case 'arrowright':
      by(stepMs);
      break;
    case 'arrowleft':
      by(-stepMs);
      break;
    default:
      return;
  }
  event.preventDefault();
}
