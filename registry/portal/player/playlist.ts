/** One media file of a playlist: time of day, length, place in the video. */
export interface Piece {
  startMs: number;
  durationS: number;
  atS: number;
  /** Names of its file and of the init section that comes before it, relative to the playlist. */
  media: string;
  init: string;
}

/** Which part of the video shows which time of day, from an HLS playlist with EXT-X-PROGRAM-DATE-TIME. */
export function readPieces(playlist: string): Piece[] {
  const pieces: Piece[] = [];
  const next = { startMs: Number.NaN, durationS: 0, atS: 0, init: '' };
  for (const line of playlist.split('\n')) {
    if (line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')) next.startMs = Date.parse(line.slice(25));
    else if (line.startsWith('#EXT-X-MAP:')) next.init = /URI="([^"]*)"/.exec(line)?.[1] ?? '';
    else if (line.startsWith('#EXTINF:')) next.durationS = Number.parseFloat(line.slice(8));
    if (line === '' || line.startsWith('#')) continue;
    pieces.push({ ...next, media: line });
    // Told again only where it is not the end of the piece before.
    next.startMs += next.durationS * 1_000;
    next.atS += next.durationS;
  }
  return pieces;
}

/** The second of the video that shows a time of day; in a gap the first one after it, null after the last picture. */
export function placeOf(pieces: readonly Piece[], timeMs: number): number | null {
  for (const piece of pieces) {
    if (timeMs < piece.startMs) return piece.atS;
    const intoS = (timeMs - piece.startMs) / 1_000;
    if (intoS < piece.durationS) return piece.atS + intoS;
  }
  return null;
}

/** The time of day (epoch ms) at a place in the video, the inverse of {@link placeOf}; null outside. */
export function timeAt(pieces: readonly Piece[], placeS: number): number | null {
  const piece = pieces.findLast((candidate) => candidate.atS <= placeS);
  return piece === undefined ? null : piece.startMs + Math.min(placeS - piece.atS, piece.durationS) * 1_000;
}
