import type { CameraId, SessionId } from '@gantry/protocol/ids.js';
import type { RecorderState } from '@gantry/protocol/state.js';

/** What to record. A change of any field means a new recorder. */
export interface RecorderSpec {
  cameraId: CameraId;
  stream: 'main' | 'sub';
  /** Target length; a cut waits for the next key frame. */
  segmentSeconds: number;
}

/** An open stream of a camera, as the RTSP bridge gives it: a loopback URL without credentials and its watch. */
export interface StreamSource {
  url: string;
  /** Bytes from the camera since it was opened. */
  bytesReceived(): number;
  /** Null until the first byte. */
  lastByteAtMonotonicMs(): number | null;
  /** Why the camera's side ended, as soon as it has. */
  failure(): { kind: string; detail: string } | null;
  close(): Promise<void>;
  video: 'h264' | 'h265';
  /** The camera's audio codec (protocol's `audioCodecs`), null without audio. */
  audio: string | null;
}

export type OpenedSource = StreamSource | { unavailable: { kind: string; detail: string } };

/** A complete file of whole fragments, still in the recorder's folder: whoever takes it moves it away. */
export interface FinishedSegment {
  /** Absolute path. */
  file: string;
  cameraId: CameraId;
  sessionId: SessionId;
  sequence: number;
  /** Agent clock, epoch ms, from the session's anchor. */
  startedAtMs: number;
  durationMs: number;
  /** Registry clock minus the agent clock that `startedAtMs` is of: one value for the whole session. */
  clockOffsetMs: number;
  /** Start on the session's media clock, µs. */
  mediaOffsetUs: number;
  video: 'h264' | 'h265';
  /** What the file holds, not what the camera sent. */
  audio: 'aac' | null;
}

export interface RecorderStatus {
  state: RecorderState;
  /** A stable code, see `outcome.ts`. */
  reason: string | null;
  /** One sentence for a person. */
  detail: string | null;
  /** Agent clock, epoch ms. */
  sinceMs: number;
}
