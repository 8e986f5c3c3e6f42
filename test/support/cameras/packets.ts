import { unitType, type AudioClip, type VideoClip, type VideoCodec } from './clip.js';

/**
 * The RTP packets of one picture or audio frame, laid out ready for a TCP connection: `$`, channel, length,
 * RTP header, payload (RFC 2326 §10.12). Only channel, sequence number, timestamp and SSRC are filled in per viewer.
 */
export interface Burst {
  bytes: Buffer;
  /** Where in `bytes` each packet's `$` stands. */
  offsets: readonly number[];
}

/** One track of a stream, packetised once when the clips are loaded. */
export interface Track {
  kind: 'video' | 'audio';
  payloadType: number;
  /** RTP clock in Hz. */
  clockRate: number;
  /** RTP clock ticks per burst. */
  ticksPerBurst: number;
  bursts: readonly Burst[];
  /** Which bursts a viewer may begin with. */
  isKey: readonly boolean[];
}

export const interleavedHeaderBytes = 4;
export const rtpHeaderBytes = 12;
const payloadMaxBytes = 1_400;

export function videoTrack(clip: VideoClip, frameRate: number): Track {
  const payloadType = 96;
  return {
    kind: 'video',
    payloadType,
    clockRate: 90_000,
    ticksPerBurst: 90_000 / frameRate,
    bursts: clip.pictures.map(({ units }) =>
      lay(
        units.flatMap((unit) => fragments(clip.codec, unit)),
        payloadType,
        true,
      ),
    ),
    isKey: clip.pictures.map(({ isKey }) => isKey),
  };
}

export function audioTrack(clip: AudioClip): Track {
  const payloadType = { pcmu: 0, pcma: 8, aac: 97 }[clip.codec];
  return {
    kind: 'audio',
    payloadType,
    clockRate: clip.sampleRate,
    ticksPerBurst: clip.samplesPerFrame,
    bursts: clip.frames.map((frame) => {
      const payload = clip.codec === 'aac' ? withAccessUnitHeader(frame) : frame;
      return lay([payload], payloadType, clip.codec === 'aac');
    }),
    isKey: clip.frames.map(() => true),
  };
}

/** A NAL unit as one packet, or as FU-A (RFC 6184 §5.8) or FU (RFC 7798 §4.4.3) fragments. */
function fragments(codec: VideoCodec, unit: Buffer): Buffer[] {
  if (unit.length <= payloadMaxBytes) return [unit];
  const headerBytes = codec === 'h265' ? 2 : 1;
  const type = unitType(codec, unit);
  const first = unit.readUInt8(0);
  const packets: Buffer[] = [];
  for (let at = headerBytes; at < unit.length;) {
    const piece = unit.subarray(at, at + payloadMaxBytes - headerBytes - 1);
    const flags = (at === headerBytes ? 0x80 : 0) | (at + piece.length === unit.length ? 0x40 : 0);
    const header =
      codec === 'h265'
        ? [(first & 0x81) | (49 << 1), unit.readUInt8(1), flags | type]
        : [(first & 0xe0) | 28, flags | type];
    packets.push(Buffer.concat([Buffer.from(header), piece]));
    at += piece.length;
  }
  return packets;
}

/** AAC-hbr: one 16-bit AU header of 13 bits size and 3 bits index (RFC 3640 §3.3.6). */
function withAccessUnitHeader(frame: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(16, 0);
  header.writeUInt16BE(frame.length << 3, 2);
  return Buffer.concat([header, frame]);
}

function lay(payloads: readonly Buffer[], payloadType: number, markLast: boolean): Burst {
  const offsets: number[] = [];
  let size = 0;
  const packets = payloads.map((payload, index) => {
    const head = Buffer.alloc(interleavedHeaderBytes + rtpHeaderBytes);
    const marker = markLast && index === payloads.length - 1 ? 0x80 : 0;
    head[0] = 0x24;
    head.writeUInt16BE(rtpHeaderBytes + payload.length, 2);
    head[4] = 0x80;
    head[5] = marker | payloadType;
    offsets.push(size);
    size += head.length + payload.length;
    return Buffer.concat([head, payload]);
  });
  return { bytes: Buffer.concat(packets), offsets };
}

/** A copy of `burst` addressed to one viewer; `sequence` is that of its first packet. */
export function address(
  burst: Burst,
  to: { channel: number; sequence: number; timestamp: number; ssrc: number },
): Buffer {
  const bytes = Buffer.from(burst.bytes);
  burst.offsets.forEach((offset, index) => {
    bytes[offset + 1] = to.channel;
    bytes.writeUInt16BE((to.sequence + index) & 0xffff, offset + 6);
    bytes.writeUInt32BE(to.timestamp >>> 0, offset + 8);
    bytes.writeUInt32BE(to.ssrc >>> 0, offset + 12);
  });
  return bytes;
}

/** An RTCP sender report (RFC 3550 §6.4.1), interleaved: ties the track's RTP clock to the camera's wall clock. */
export function senderReport(of: {
  channel: number;
  ssrc: number;
  timestamp: number;
  wallMs: number;
  packets: number;
  payloadBytes: number;
}): Buffer {
  const bytes = Buffer.alloc(32);
  bytes[0] = 0x24;
  bytes[1] = of.channel;
  bytes.writeUInt16BE(28, 2);
  bytes[4] = 0x80;
  bytes[5] = 200;
  bytes.writeUInt16BE(6, 6);
  bytes.writeUInt32BE(of.ssrc >>> 0, 8);
  const seconds = Math.floor(of.wallMs / 1_000);
  bytes.writeUInt32BE((seconds + 2_208_988_800) % 2 ** 32, 12);
  bytes.writeUInt32BE(Math.floor(((of.wallMs - seconds * 1_000) / 1_000) * 2 ** 32) >>> 0, 16);
  bytes.writeUInt32BE(of.timestamp >>> 0, 20);
  bytes.writeUInt32BE(of.packets >>> 0, 24);
  bytes.writeUInt32BE(of.payloadBytes % 2 ** 32, 28);
  return bytes;
}
