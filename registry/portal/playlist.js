// @ts-check

/** @typedef {{ startMs: number, durationS: number, atS: number }} Piece one media file: time of day, length, place in the video */

/**
 * Which part of the video shows which time of day.
 * @param {string} playlist an HLS media playlist with EXT-X-PROGRAM-DATE-TIME
 * @returns {Piece[]}
 */
export function readPieces(playlist) {
  const pieces = [];
  let startMs = Number.NaN;
  let atS = 0;
  for (const line of playlist.split('\n')) {
    if (line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')) startMs = Date.parse(line.slice(25));
    if (!line.startsWith('#EXTINF:')) continue;
    const durationS = Number.parseFloat(line.slice(8));
    pieces.push({ startMs, durationS, atS });
    // Told again only where it is not the end of the piece before.
    startMs += durationS * 1_000;
    atS += durationS;
  }
  return pieces;
}

/**
 * The place in the video that shows a time of day; in a gap, the first one after it.
 * @param {readonly Piece[]} pieces
 * @param {number} timeMs
 * @returns {number | null} seconds; null after the last picture
 */
export function placeOf(pieces, timeMs) {
  for (const piece of pieces) {
    if (timeMs < piece.startMs) return piece.atS;
    const intoS = (timeMs - piece.startMs) / 1_000;
    if (intoS < piece.durationS) return piece.atS + intoS;
  }
  return null;
}

/**
 * The time of day at a place in the video; the inverse of {@link placeOf}.
 * @param {readonly Piece[]} pieces
 * @param {number} placeS
 * @returns {number | null} epoch ms; null outside
 */
export function timeAt(pieces, placeS) {
  const piece = pieces.findLast((candidate) => candidate.atS <= placeS);
  return piece === undefined ? null : piece.startMs + Math.min(placeS - piece.atS, piece.durationS) * 1_000;
}
