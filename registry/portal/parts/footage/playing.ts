import { useCallback, useEffect, useRef, useState, type RefCallback } from 'react';
import { answer, api } from '../../api/client.js';
import {
  playRecorded,
  type RecordedPlayer,
  type RecordedPlayerState,
  type TimeRange,
} from '../../player/recorded.js';

/** A URL that plays a range of a camera; asked for anew each time, since it expires. */
export async function playlistOf(cameraId: string, { startMs, endMs }: TimeRange): Promise<string> {
  const { url } = await answer(
    api.POST('/api/v1/cameras/{id}/playback', {
      params: { path: { id: cameraId } },
      body: { from: new Date(startMs).toISOString(), to: new Date(endMs).toISOString() },
    }),
  );
  return url;
}

/** The still picture of a recorded instant. */
export const pictureAt = (cameraId: string, timeMs: number): string =>
  `/api/v1/cameras/${cameraId}/snapshot?at=${encodeURIComponent(new Date(timeMs).toISOString())}`;

export interface Playing {
  /** Ref of the element that shows it. */
  video: RefCallback<HTMLVideoElement>;
  /** Null before the first seek. */
  state: RecordedPlayerState | null;
  timeMs: number | null;
  isPaused: boolean;
  speed: number;
  seek: (timeMs: number) => void;
  toggle: () => void;
  pause: () => void;
  setSpeed: (speed: number) => void;
}

/** Plays the recordings of a camera within a range, in the `<video>` that has `video` as its ref. */
export function usePlaying(cameraId: string, range: TimeRange): Playing {
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const player = useRef<RecordedPlayer>(null);
  const [state, setState] = useState<RecordedPlayerState | null>(null);
  const [timeMs, setTimeMs] = useState<number | null>(null);
  const [isPaused, setIsPaused] = useState(true);
  const [speed, setSpeed] = useState(1);
  const { startMs, endMs } = range;

  useEffect(() => {
    if (element === null) return undefined;
    setState(null);
    setTimeMs(null);
    const opened = playRecorded({
      video: element,
      range: { startMs, endMs },
      playlistOf: (wanted) => playlistOf(cameraId, wanted),
      onState: setState,
      onTime: setTimeMs,
    });
    player.current = opened;
    const told = () => setIsPaused(element.paused);
    element.addEventListener('play', told);
    element.addEventListener('pause', told);
    return () => {
      element.removeEventListener('play', told);
      element.removeEventListener('pause', told);
      opened.close();
      player.current = null;
    };
  }, [element, cameraId, startMs, endMs]);

  const seek = useCallback((toMs: number) => {
    setTimeMs(toMs);
    player.current?.seek(toMs);
  }, []);
  const toggle = useCallback(() => {
    if (element === null) return;
    if (element.paused) void element.play().catch(() => undefined);
    else element.pause();
  }, [element]);
  const pause = useCallback(() => element?.pause(), [element]);
  useEffect(() => {
    // A new source begins at the default rate.
    if (element !== null) Object.assign(element, { defaultPlaybackRate: speed, playbackRate: speed });
  }, [element, speed]);
  return { video: setElement, state, timeMs, isPaused, speed, seek, toggle, pause, setSpeed };
}
