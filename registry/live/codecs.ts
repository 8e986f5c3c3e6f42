import { boxesAt, BrokenMp4, viewOf } from '../recordings/mp4/boxes.js';

/** What a browser must know before it plays: `video/mp4; codecs="…"`. */
export interface LiveFormat {
  video: 'h264' | 'h265';
  /** RFC 6381, for example `avc1.64001f`. */
  codecs: string;
}

/** Fields of a VisualSampleEntry before its boxes (ISO/IEC 14496-12 §12.1.3). */
const entryFieldBytes = 78;
/** Version, flags and entry count of an `stsd`. */
const listFieldBytes = 8;

const sampleEntries = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd'];

/**
 * Reads an init segment's codec from its one video track. Null when it is no init segment, or one of another codec:
 * the bytes are an agent's and may be anything.
 */
export const formatOf = (init: Uint8Array): LiveFormat | null =>
  unlessBroken(() => {
    const [table] = boxesAt(init, sampleEntries);
    if (table === undefined) return null;
    const entries = init.subarray(table.bodyStart + listFieldBytes, table.end);
    const [avc] = boxesAt(entries, ['avc1']);
    if (avc) return h264(configuration(entries.subarray(avc.bodyStart, avc.end), 'avcC'));
    const [hevc] = boxesAt(entries, ['hvc1']);
    return hevc ? h265(configuration(entries.subarray(hevc.bodyStart, hevc.end), 'hvcC')) : null;
  });

/**
 * The codecs of a recording's init section, video first, its sound beside it: recorders write AAC-LC and nothing else.
 * Null when browsers know no such video.
 */
export const codecsOf = (init: Uint8Array): string | null =>
  unlessBroken(() => {
    const format = formatOf(init);
    if (format === null) return null;
    const hasSound = boxesAt(init, sampleEntries).some(
      ({ bodyStart, end }) => boxesAt(init.subarray(bodyStart + listFieldBytes, end), ['mp4a']).length > 0,
    );
    return hasSound ? `${format.codecs}, mp4a.40.2` : format.codecs;
  });

function unlessBroken<Result>(read: () => Result | null): Result | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof BrokenMp4) return null;
    throw error;
  }
}

function configuration(entry: Uint8Array, type: string): Uint8Array {
  const boxes = entry.subarray(entryFieldBytes);
  const [found] = boxesAt(boxes, [type]);
  return found ? boxes.subarray(found.bodyStart, found.end) : new Uint8Array();
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Profile, constraints and level as they stand in the configuration (RFC 6381 §3.3; ISO/IEC 14496-15 §5.3.3). */
function h264(avcC: Uint8Array): LiveFormat | null {
  if (avcC.byteLength < 4) return null;
  return { video: 'h264', codecs: `avc1.${[...avcC.subarray(1, 4)].map(hex).join('')}` };
}

/** ISO/IEC 14496-15 annex E.3: profile, compatibility with its bits reversed, tier and level, constraints. */
function h265(hvcC: Uint8Array): LiveFormat | null {
  if (hvcC.byteLength < 13) return null;
  const view = viewOf(hvcC);
  const general = view.getUint8(1);
  const space = ['', 'A', 'B', 'C'][general >> 6] ?? '';
  let compatibility = 0;
  for (let bit = 0; bit < 32; bit += 1) {
    if (view.getUint32(2) & (2 ** bit)) compatibility += 2 ** (31 - bit);
  }
  const tier = general & 0x20 ? 'H' : 'L';
  const constraints = [...hvcC.subarray(6, 12)];
  while (constraints.at(-1) === 0) constraints.pop();
  const parts = [
    `${space}${general & 0x1f}`,
    compatibility.toString(16),
    `${tier}${view.getUint8(12)}`,
    ...constraints.map((byte) => hex(byte).toUpperCase()),
  ];
  return { video: 'h265', codecs: `hvc1.${parts.join('.')}` };
}
