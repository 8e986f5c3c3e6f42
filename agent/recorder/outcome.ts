/** Why a recorder is not recording: the stable codes it reports. */
export type RecorderReason =
  | 'desired_off'
  | 'camera_unreachable'
  | 'stream_not_found'
  | 'codec_unsupported'
  | 'auth_failed'
  | 'busy'
  | 'source_silent'
  | 'source_closed'
  | 'source_failed'
  | 'picture_changed'
  | 'no_segment'
  | 'clock_drift'
  | 'segment_too_large'
  | 'disk_full'
  | 'ffmpeg_missing'
  | 'ffmpeg_failed'
  | 'recorder_failed';

export const installHint =
  'Install it: `apt-get install ffmpeg` (Debian, Ubuntu), `brew install ffmpeg` (macOS).';

export interface Failure {
  reason: RecorderReason;
  detail: string;
}

const sourceReasons: Readonly<Record<string, RecorderReason>> = {
  auth_failed: 'auth_failed',
  unauthorized: 'auth_failed',
  not_found: 'stream_not_found',
  busy: 'busy',
  codec_unsupported: 'codec_unsupported',
  unreachable: 'camera_unreachable',
  refused: 'camera_unreachable',
  timeout: 'camera_unreachable',
  closed: 'source_closed',
  picture_changed: 'picture_changed',
};

/** The kinds of the RTSP side, as reasons; an unknown kind is an unknown failure of the source. */
export function sourceFailure({ kind, detail }: { kind: string; detail: string }): Failure {
  return {
    reason: Object.hasOwn(sourceReasons, kind) ? (sourceReasons[kind] ?? 'source_failed') : 'source_failed',
    detail,
  };
}

/** What ended an ffmpeg nobody stopped: the camera's side knows best, then what ffmpeg itself complained of. */
export function ffmpegFailure(
  source: { kind: string; detail: string } | null,
  exit: { how: string; stderr: string },
): Failure {
  if (/No space left on device|Disk quota exceeded/i.test(exit.stderr)) {
    return { reason: 'disk_full', detail: 'The disk is full: ffmpeg could not write.' };
  }
  if (/Cannot find ffmpeg|ENOENT/.test(exit.how)) {
    return {
      reason: 'ffmpeg_missing',
      detail: `Recording needs ffmpeg, which was not found. ${installHint}`,
    };
  }
  if (source) return sourceFailure(source);
  const said = lastLine(exit.stderr);
  return {
    reason: 'ffmpeg_failed',
    detail: `ffmpeg ended (${exit.how})${said ? `: ${said}` : ''}`.slice(0, 500),
  };
}

const refusals: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

/** The disk takes nothing now, whatever it is given; another failure may be of the one file. */
export const refusesAll = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'DiskAway' || ('code' in error && refusals.has(error.code)));

/** Failures of our own side, most often of the disk. */
export function ownFailure(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return { reason: 'disk_full', detail: 'The disk is full: free some space or lower the spool limit.' };
  }
  if (code === 'EIO' || code === 'EROFS') {
    return {
      reason: 'disk_full',
      detail: `The disk takes nothing any more (${code}): check it, or replace it.`,
    };
  }
  if (error instanceof Error && error.name === 'DiskAway')
    return { reason: 'disk_full', detail: error.message };
  return {
    reason: 'recorder_failed',
    detail: error instanceof Error ? error.message.slice(0, 500) : 'unknown failure',
  };
}

/** Local stream addresses mean nothing to a person and are nobody's business. */
const lastLine = (text: string): string =>
  (text.trim().split('\n').at(-1) ?? '').replaceAll(/rtsp:\/\/\S+/g, 'the stream');
