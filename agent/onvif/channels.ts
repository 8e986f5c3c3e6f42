import type { Profile } from './profiles.js';

/** The profiles of one video source, in the order in which they are worth asking for a stream. */
export interface ChannelPlan {
  /** 1-based; by the natural order of the source tokens, so that it does not depend on the order of profiles. */
  channel: number;
  sourceToken: string;
  /** Best first: the first that gives a stream becomes main. */
  main: Profile[];
  /** Smallest first: candidates for sub, all smaller than the best. */
  sub: Profile[];
}

const maxChannels = 128;

/**
 * Groups profiles into channels by video source (R45, Q55) and ranks them. Profile order is not quality order and the
 * default profile may be MJPEG or the third stream (Q53): main is the largest H.264/H.265, sub the smallest. A
 * profile without an encoder (an NVR's empty channel, Q51) counts only where no profile has one. Pure.
 */
export function planChannels(profiles: readonly Profile[]): ChannelPlan[] {
  const usable = profiles.some(({ encoder }) => encoder !== null)
    ? profiles.filter(({ encoder }) => encoder !== null)
    : profiles;
  const bySource = new Map<string, Profile[]>();
  for (const profile of usable) {
    const there = bySource.get(profile.sourceToken);
    if (there === undefined) bySource.set(profile.sourceToken, [profile]);
    else there.push(profile);
  }
  return [...bySource.entries()]
    .toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .slice(0, maxChannels)
    .map(([sourceToken, ofSource], index) => {
      const main = ofSource.toSorted(
        (a, b) => recordable(b) - recordable(a) || area(b) - area(a) || rate(b) - rate(a),
      );
      const best = main[0];
      const smaller = main.filter(
        (profile) =>
          best !== undefined && recordable(profile) > 0 && area(profile) > 0 && area(profile) < area(best),
      );
      const sub = smaller.toSorted((a, b) => area(a) - area(b) || recordable(b) - recordable(a));
      return { channel: index + 1, sourceToken, main, sub };
    });
}

/** Only H.264 and H.265 are recorded; what is unknown may be either. */
function recordable({ encoder }: Profile): number {
  if (encoder === null || encoder.video === 'unknown') return 1;
  return encoder.video === 'h264' || encoder.video === 'h265' ? 2 : 0;
}

const area = ({ encoder }: Profile): number => (encoder?.width ?? 0) * (encoder?.height ?? 0);
const rate = ({ encoder }: Profile): number => encoder?.frameRate ?? 0;
