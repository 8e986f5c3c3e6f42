/** MPEG-TS consists of packets of this size (ISO 13818-1 §2.4.3). */
export const packetBytes = 188;

/**
 * Gathers bytes cut anywhere into whole packets, so that leaving a piece out never shifts the next one. Returns what
 * is whole so far, or null.
 */
export function createPacketCutter(): (bytes: Uint8Array) => Uint8Array | null {
  let rest: Uint8Array = new Uint8Array(0);
  return (bytes) => {
    const all = Buffer.concat([rest, bytes]);
    const wholeBytes = all.byteLength - (all.byteLength % packetBytes);
    rest = all.subarray(wholeBytes);
    return wholeBytes === 0 ? null : all.subarray(0, wholeBytes);
  };
}
