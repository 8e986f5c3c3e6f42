import type { PieceRange } from './pieces.js';
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
  /** `piece`: the part of the segment that is played there; null: all of it. */
  media(entry: PlaylistEntry, piece: PieceRange | null): string;
}

/** Longest possible segment (protocol/segment.ts). */
const maxSegmentUs = 3_600_000_000;
/** Players fetch whole entries before they show any of it: about so long may one be. */
const pieceUs = 10_000_000;

/** What players fetch of a segment, one by one: all of a short one, equal pieces of a long one. */
function piecesOf({ durationUs }: PlaylistEntry): { piece: PieceRange | null; durationUs: number }[] {
  const count = Math.round(durationUs / pieceUs);
  if (count < 2) return [{ piece: null, durationUs }];
  const edge = (index: number): number => Math.round((durationUs * index) / count);
  return Array.from({ length: count }, (_, index) => ({
    // The last one to the end, wherever that is: a segment may be longer than its entry.
    piece: { fromUs: edge(index), toUs: index + 1 < count ? edge(index + 1) : maxSegmentUs },
    durationUs: edge(index + 1) - edge(index),
  }));
}

/** A time of day is told again where what players extrapolate (RFC 8216 §6.3.3) is off by a picture. */
const extrapolatesMs = 40;

/**
 * A VOD media playlist of fragmented MP4 (RFC 8216). Within a recording the time of day follows from the durations
 * and is told once: a week of ten-second segments is 60,000 entries.
 */
export function writePlaylist(entries: readonly PlaylistEntry[], uris: PlaylistUris): string {
  const cut = entries.map((entry) => ({ entry, pieces: piecesOf(entry) }));
  // RFC 8216 §4.3.3.1: every EXTINF, rounded to a second, is at most the target duration.
  const targetSeconds = cut
    .flatMap(({ pieces }) => pieces)
    .reduce((most, { durationUs }) => Math.max(most, Math.round(durationUs / 1_000_000)), 1);
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
  let expectedMs: number | null = null;
  for (const { entry, pieces } of cut) {
    const { segment } = entry;
    if (entry.discontinuity) lines.push('#EXT-X-DISCONTINUITY');
    if (entry.newInit) lines.push(`#EXT-X-MAP:URI="${uris.init(segment)}"`);
    const follows = expectedMs !== null && Math.abs(segment.startMs - expectedMs) < extrapolatesMs;
    if (entry.discontinuity || !follows) {
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.startMs).toISOString()}`);
      expectedMs = segment.startMs;
    }
    expectedMs = (expectedMs ?? 0) + entry.durationUs / 1_000;
    for (const { piece, durationUs } of pieces) {
      lines.push(`#EXTINF:${(durationUs / 1_000_000).toFixed(6)},`, uris.media(entry, piece));
    }
  }
  lines.push('#EXT-X-ENDLIST', '');
  return lines.join('\n');
}
