import { planPlaylist, writePlaylist, type PlayableSegment } from '@gantry/registry/recordings/playlist.js';
import { describe, expect, it } from 'vitest';

const segment = (
  sessionId: string,
  sequence: number,
  over: Partial<PlayableSegment> = {},
): PlayableSegment => ({
  id: `${sessionId}${sequence}`,
  sessionId,
  sequence,
  startMs: Date.UTC(2026, 10, 22, 10) + sequence * 10_000 + (sessionId === 'a' ? 0 : 3_600_000),
  durationMs: 10_000,
  mediaOffsetUs: sequence * 10_000_000,
  initSha256: 'one',
  ...over,
});

const marks = (segments: PlayableSegment[]) =>
  planPlaylist(segments).map(
    (entry) =>
      `${entry.segment.id} at ${entry.shiftUs / 1_000_000}${entry.discontinuity ? ' break' : ''}${entry.newInit ? ' init' : ''}`,
  );

describe('a playlist', () => {
  it('lays a session on one clock that starts at 0, wherever the range begins in it', () => {
    expect(marks([segment('a', 7), segment('a', 8), segment('a', 9)])).toEqual([
      'a7 at 0 init',
      'a8 at 10',
      'a9 at 20',
    ]);
  });

  it('breaks at a gap, at a new session and at a new init section, and names an init section once', () => {
    expect(
      marks([
        segment('a', 0),
        segment('a', 2),
        segment('b', 0),
        segment('b', 1, { initSha256: 'two' }),
        segment('b', 2, { initSha256: 'two' }),
      ]),
    ).toEqual(['a0 at 0 init', 'a2 at 10 break', 'b0 at 20 break', 'b1 at 30 break init', 'b2 at 40']);
  });

  it('takes durations inside a session from the media clock, which does not round', () => {
    const entries = planPlaylist([
      segment('a', 0, { durationMs: 10_001 }),
      segment('a', 1, { mediaOffsetUs: 10_000_400 }),
    ]);
    expect(entries.map((entry) => [entry.shiftUs, entry.durationUs])).toEqual([
      [0, 10_000_400],
      [10_000_400, 10_000_000],
    ]);
  });

  it('is written as RFC 8216 wants it', () => {
    const entries = planPlaylist([segment('a', 0), segment('a', 1, { durationMs: 4_600 }), segment('b', 0)]);
    const text = writePlaylist(entries, {
      init: (of) => `init-${of.id}.mp4`,
      media: (entry) => `${entry.segment.id}-${entry.shiftUs}.m4s`,
    });
    expect(text).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:10
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="init-a0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:00.000Z
#EXTINF:10.000000,
a0-0.m4s
#EXTINF:4.600000,
a1-10000000.m4s
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T11:00:00.000Z
#EXTINF:10.000000,
b0-14600000.m4s
#EXT-X-ENDLIST
`);
  });

  it('tells the time of day again where a corrected clock makes it differ from what durations say', () => {
    const moved = { startMs: Date.parse('2026-11-22T10:00:25.000Z') };
    const entries = planPlaylist([segment('a', 0), segment('a', 1), segment('a', 2, moved), segment('a', 3)]);
    const text = writePlaylist(entries, { init: () => 'init', media: ({ segment: { id } }) => id });
    expect(text.match(/DATE-TIME:\S+\n.*\na\d/g)?.map((told) => told.slice(-2))).toEqual(['a0', 'a2', 'a3']);
  });

  it('has a long segment in pieces of about ten seconds, which together last as long as it does', () => {
    const long = segment('a', 0, { durationMs: 60_040 });
    const text = writePlaylist(planPlaylist([long, segment('b', 0)]), {
      init: () => 'init',
      media: ({ segment: { id } }, piece) => (piece === null ? id : `${id} ${piece.fromUs}-${piece.toUs}`),
    });
    const media = text.split('\n').filter((line) => /^[ab]0/.test(line));
    expect(media).toEqual([
      'a0 0-10006667',
      'a0 10006667-20013333',
      'a0 20013333-30020000',
      'a0 30020000-40026667',
      'a0 40026667-50033333',
      'a0 50033333-3600000000',
      'b0',
    ]);
    const lengths = [...text.matchAll(/#EXTINF:([\d.]+)/g)].map(([, seconds]) => Number(seconds));
    expect(lengths.reduce((sum, seconds) => sum + seconds)).toBeCloseTo(70.04, 5);
    expect(text.match(/PROGRAM-DATE-TIME/g)).toHaveLength(2);
    expect(text).toContain('#EXT-X-TARGETDURATION:10\n');
  });
});
