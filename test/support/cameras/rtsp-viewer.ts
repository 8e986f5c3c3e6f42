import { address, interleavedHeaderBytes, rtpHeaderBytes, senderReport, type Track } from './packets.js';
import type { Outlet } from './outlet.js';

/** One stream a camera offers at one RTSP path. */
export interface Stream {
  path: string;
  tracks: readonly Track[];
  /** Its video when the picture has shrunk. */
  small: Track;
  sdp: () => string;
}

/** One RTSP session that plays: sends the tracks it was set up with, looping the clip for ever. */
export interface Viewer {
  /** Where playing begins, for RTP-Info. */
  start: ReadonlyMap<Track, { sequence: number; timestamp: number }>;
  /** Sends one picture and the sound beside it; false when the client reads too slowly. */
  send(options: { silent: boolean; corrupt: boolean; small: boolean }): boolean;
}

const unreadMaxBytes = 2_000_000;
const reportEveryPictures = 75;

/**
 * Begins at the key frame at or before the camera's present `picture`. Stalled pictures are lost, not late:
 * timestamps go on while `silent`.
 */
export function startViewer(options: {
  channels: ReadonlyMap<Track, number>;
  small: Track;
  picture: number;
  frameRate: number;
  outlet: Outlet;
  wallMs: () => number;
  random: (size: number) => Buffer;
  onFrame: () => void;
}): Viewer {
  const { outlet, frameRate } = options;
  const playing = [...options.channels].map(([track, channel]) => ({
    track,
    shown: track,
    channel,
    burst: track.kind === 'video' ? keyAtOrBefore(track, options.picture) : 0,
    sequence: options.random(2).readUInt16BE(),
    timestamp: options.random(4).readUInt32BE(),
    ssrc: options.random(4).readUInt32BE(),
    sentTicks: 0,
    packets: 0,
    payloadBytes: 0,
  }));
  let pictures = 0;

  return {
    start: new Map(playing.map(({ track, sequence, timestamp }) => [track, { sequence, timestamp }])),
    send({ silent, corrupt, small }) {
      const dueSeconds = (pictures + 1) / frameRate;
      for (const one of playing) {
        if (!silent && pictures % reportEveryPictures === 0) {
          outlet.write(senderReport({ ...one, channel: one.channel + 1, wallMs: options.wallMs() }));
        }
        while (one.sentTicks < dueSeconds * one.track.clockRate - 1e-6) {
          const wanted = small && one.track.kind === 'video' ? options.small : one.track;
          if (wanted.isKey[one.burst % wanted.bursts.length]) one.shown = wanted;
          const burst = one.shown.bursts[one.burst % one.shown.bursts.length];
          if (!burst) break;
          if (!silent) {
            const bytes = address(burst, one);
            outlet.write(corrupt ? damage(bytes, options.random) : bytes);
            if (one.track.kind === 'video') options.onFrame();
          }
          one.burst += 1;
          one.sequence = (one.sequence + burst.offsets.length) & 0xffff;
          one.timestamp = (one.timestamp + one.track.ticksPerBurst) % 2 ** 32;
          one.sentTicks += one.track.ticksPerBurst;
          one.packets += burst.offsets.length;
          one.payloadBytes +=
            burst.bytes.length - burst.offsets.length * (interleavedHeaderBytes + rtpHeaderBytes);
        }
      }
      pictures += 1;
      return outlet.waitingBytes() <= unreadMaxBytes;
    },
  };
}

function keyAtOrBefore(track: Track, picture: number): number {
  let burst = picture % track.bursts.length;
  while (burst > 0 && !track.isKey[burst]) burst -= 1;
  return burst;
}

/** Overwrites a sixteenth of one packet's payload; the interleaved framing stays whole. */
function damage(bytes: Buffer, random: (size: number) => Buffer): Buffer {
  const from = interleavedHeaderBytes + rtpHeaderBytes + 2;
  const size = Math.min(64, bytes.length - from, bytes.readUInt16BE(2) - rtpHeaderBytes - 2);
  if (size > 0) random(size).copy(bytes, from);
  return bytes;
}
