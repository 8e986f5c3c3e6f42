import { playsPieces } from './media-feed.js';
import { placeOf, readPieces, timeAt, type Piece } from './playlist.js';
import { feedRecorded, Unplayable } from './recorded-feed.js';

export interface TimeRange {
  startMs: number;
  endMs: number;
}

export type RecordedPlayerState =
  | { kind: 'loading' }
  | { kind: 'ready' }
  /** Past the last picture of what has arrived. */
  | { kind: 'ended' }
  /** This browser does not play what the camera sends (H.265). Single pictures can still be shown. */
  | { kind: 'unplayable' }
  | { kind: 'failed'; error: unknown };

export interface RecordedPlayerOptions {
  video: HTMLVideoElement;
  range: TimeRange;
  /** Address of an HLS playlist of a range; a new one after each call, since they expire. */
  playlistOf: (range: TimeRange) => Promise<string>;
  onState: (state: RecordedPlayerState) => void;
  /** Time of day of the picture that is shown, epoch ms. */
  onTime: (timeMs: number) => void;
}

export interface RecordedPlayer {
  /** Shows a time of day; in a gap the first picture after it. Past what was loaded, what has arrived since is asked for. */
  seek(timeMs: number): void;
  /** Whether there is a picture of that time; false while nothing is loaded. */
  shows(timeMs: number): boolean;
  close(): void;
}

/** Plays what is recorded in a range; gaps are jumped over, times of day stay true. */
export function playRecorded(o: RecordedPlayerOptions): RecordedPlayer {
  const { video, range, playlistOf, onState, onTime } = o;
  const closing = new AbortController();
  const { signal } = closing;
  const shown: { pieces: Piece[]; feeding: AbortController } = { pieces: [], feeding: new AbortController() };

  const unload = () => {
    shown.feeding.abort();
    shown.pieces = [];
  };

  /** From the playlist on; ends without a word when something else is loaded meanwhile. */
  const load = async (timeMs: number): Promise<void> => {
    unload();
    onState({ kind: 'loading' });
    const feeding = new AbortController();
    shown.feeding = feeding;
    const either = AbortSignal.any([signal, feeding.signal]);
    try {
      // The path alone: the page may be open under another name than the registry's own.
      const path = new URL(await playlistOf(range), location.href).pathname;
      const answered = await fetch(path, { signal: either });
      if (!answered.ok) throw new Error(`The playlist could not be read (${answered.status}).`);
      const pieces = readPieces(await answered.text());
      either.throwIfAborted();
      shown.pieces = pieces;
      const startS = placeOf(pieces, timeMs) ?? Math.max(0, (pieces.at(-1)?.atS ?? 0) - 1);
      if (!playsPieces()) {
        video.src = path;
        video.currentTime = startS;
        return;
      }
      const addressOf = (name: string) => path.replace(/[^/]*$/, name);
      await feedRecorded({ video, pieces, addressOf, startS, signal: either });
      const isPlaying = !video.paused;
      void load(timeAt(pieces, video.currentTime) ?? timeMs);
      // A new source begins paused.
      if (isPlaying) void video.play().catch(() => undefined);
    } catch (error) {
      if (either.aborted) return;
      unload();
      onState(error instanceof Unplayable ? { kind: 'unplayable' } : { kind: 'failed', error });
    }
  };

  const tell = () => {
    const timeMs = timeAt(shown.pieces, video.currentTime);
    if (timeMs !== null && !video.seeking) onTime(timeMs);
  };
  const listen = (name: string, heard: () => void) => video.addEventListener(name, heard, { signal });
  listen('timeupdate', tell);
  listen('seeked', tell);
  listen('loadeddata', () => onState({ kind: 'ready' }));
  listen('ended', () => onState({ kind: 'ended' }));

  return {
    seek(timeMs) {
      const placeS = placeOf(shown.pieces, timeMs);
      if (placeS === null) void load(timeMs);
      else video.currentTime = placeS;
    },
    shows: (timeMs) =>
      shown.pieces.some(
        ({ startMs, durationS }) => timeMs >= startMs && timeMs < startMs + durationS * 1_000,
      ),
    close() {
      closing.abort();
      unload();
      video.removeAttribute('src');
      video.load();
    },
  };
}
