import type Hls from 'hls.js/light';
import { placeOf, readPieces, timeAt, type Piece } from './playlist.js';

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
  /**
   * Shows a time of day; in a gap the first picture after it. Past what was loaded, what has arrived since is asked
   * for. Resolves when the video knows where it stands.
   */
  seek(timeMs: number): Promise<void>;
  /** Whether there is a picture of that time; false while nothing is loaded. */
  shows(timeMs: number): boolean;
  close(): void;
}

/** Plays what is recorded in a range; gaps are jumped over, times of day stay true. */
export function playRecorded(o: RecordedPlayerOptions): RecordedPlayer {
  const { video, range, playlistOf, onState, onTime } = o;
  const closing = new AbortController();
  const { signal } = closing;
  const shown: { hls: Hls | null; pieces: Piece[] } = { hls: null, pieces: [] };

  const unload = () => {
    shown.hls?.destroy();
    shown.hls = null;
    shown.pieces = [];
  };

  const load = async (timeMs: number): Promise<void> => {
    onState({ kind: 'loading' });
    const [{ default: Hls }, address] = await Promise.all([import('hls.js/light'), playlistOf(range)]);
    // The path alone: the page may be open under another name than the registry's own.
    const path = new URL(address, location.href).pathname;
    const answered = await fetch(path, { signal });
    if (!answered.ok) throw new Error(`The playlist could not be read (${answered.status}).`);
    const pieces = readPieces(await answered.text());
    signal.throwIfAborted();
    unload();
    shown.pieces = pieces;
    const startPosition = placeOf(pieces, timeMs) ?? Math.max(0, (pieces.at(-1)?.atS ?? 0) - 1);
    if (!Hls.isSupported()) {
      video.src = path;
      video.currentTime = startPosition;
      return;
    }
    const hls = new Hls({ startPosition, enableWorker: false, maxBufferLength: 20 });
    shown.hls = hls;
    hls.on(Hls.Events.ERROR, (_event, { fatal, details, error }) => {
      if (!fatal) return;
      const isCodec = /codec/i.test(details);
      unload();
      onState(isCodec ? { kind: 'unplayable' } : { kind: 'failed', error });
    });
    hls.loadSource(path);
    hls.attachMedia(video);
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
    async seek(timeMs) {
      const placeS = placeOf(shown.pieces, timeMs);
      if (placeS !== null) {
        video.currentTime = placeS;
        return;
      }
      try {
        await load(timeMs);
      } catch (error) {
        if (!signal.aborted) onState({ kind: 'failed', error });
      }
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
