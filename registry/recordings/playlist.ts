import { arrange, continues, type TimedSegment } from './timeline.js';

export interface PlayableSegment extends TimedSegment {
  id: string;
  initSha256: string;
}

export interface PlaylistEntry<Segment extends PlayableSegment = PlayableSegment> {
  segment: Segment;
  /** Where the segment starts in the playlist, µs; its media times are moved there when it is served. */
  shiftUs: number;
  durationUs: number;
  /** Another session, a gap or another init section comes before it. */
  discontinuity: boolean;
  /** Its init section differs from the one before. */
  newInit: boolean;
}

/**
 * Lays segments one after the other on one clock that starts at 0: media time equals place in the playlist, so
 * that seeking works also in players that do not look at discontinuities (ffmpeg's).
 */
export function planPlaylist<Segment extends PlayableSegment>(
  segments: readonly Segment[],
): PlaylistEntry<Segment>[] {
  const entries: PlaylistEntry<Segment>[] = [];
  for (const segment of arrange(segments)) {
    const last = entries.at(-1);
    const follows = last !== undefined && continues(last.segment, segment);
    if (follows) last.durationUs = segment.mediaOffsetUs - last.segment.mediaOffsetUs;
    const newInit = last?.segment.initSha256 !== segment.initSha256;
    entries.push({
      segment,
      shiftUs: last === undefined ? 0 : last.shiftUs + last.durationUs,
      durationUs: segment.durationMs * 1_000,
      discontinuity: last !== undefined && (!follows || newInit),
      newInit,
    });
  }
  return entries;
}

export interface PlaylistUris {
  init(segment: PlayableSegment): string;
  media(entry: PlaylistEntry): string;
}

/** A time of day is told again where what players extrapolate (RFC 8216 §6.3.3) is off by a picture. */
const extrapolatesMs = 40;

/**
 * A VOD media playlist of fragmented MP4 (RFC 8216). Within a recording the time of day follows from the durations
 * and is told once: a week of ten-second segments is 60,000 entries.
 */
export function writePlaylist(entries: readonly PlaylistEntry[], uris: PlaylistUris): string {
  // RFC 8216 §4.3.3.1: every EXTINF, rounded to a second, is at most the target duration.
  const targetSeconds = Math.max(1, ...entries.map((entry) => Math.round(entry.durationUs / 1_000_000)));
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
  let expectedMs: number | null = null;
  for (const entry of entries) {
    const { segment } = entry;
    if (entry.discontinuity) lines.push('#EXT-X-DISCONTINUITY');
    if (entry.newInit) lines.push(`#EXT-X-MAP:URI="${uris.init(segment)}"`);
    const follows = expectedMs !== null && Math.abs(segment.startMs - expectedMs) < extrapolatesMs;
    if (entry.discontinuity || !follows) {
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.startMs).toISOString()}`);
      expectedMs = segment.startMs;
    }
    expectedMs = (expectedMs ?? 0) + entry.durationUs / 1_000;
    lines.push(`#EXTINF:${(entry.durationUs / 1_000_000).toFixed(6)},`, uris.media(entry));
  }
  lines.push('#EXT-X-ENDLIST', '');
  return lines.join('\n');
}
