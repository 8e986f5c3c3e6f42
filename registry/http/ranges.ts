import type { ByteRange } from '../recordings/storage/storage.js';

/**
 * The part of a file that a `Range` header asks for (RFC 9110 §14.2): null for the whole file, which is also the
 * answer to several ranges and to units we do not know; `unsatisfiable` when it starts behind the end.
 */
export function readRangeHeader(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/.exec(header?.trim() ?? '');
  if (match === null) return null;
  const [, from, to, last] = match;
  if (last !== undefined) {
    const startByte = Math.max(0, sizeBytes - Number(last));
    return Number(last) === 0 || sizeBytes === 0 ? 'unsatisfiable' : { startByte, endByte: sizeBytes };
  }
  const startByte = Number(from);
  const endByte = to === undefined ? sizeBytes : Math.min(Number(to) + 1, sizeBytes);
  if (to !== undefined && Number(to) < startByte) return null;
  return startByte >= sizeBytes ? 'unsatisfiable' : { startByte, endByte };
}
