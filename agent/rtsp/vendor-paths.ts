import type { Credentials } from '../digest-auth.js';

/** Where a vendor's cameras keep their streams; `{channel}` counts from 1, `{username}` and `{password}` are the login. */
export interface VendorPaths {
  vendor: string;
  /** What its devices, and those sold under other names, call themselves (model, Server header, realm). */
  calledLike: RegExp;
  main: string;
  sub: string | null;
}

/** Facts from vendors' manuals. An order of its own: the likelier first among those called alike. */
export const vendorPaths: readonly VendorPaths[] = [
  {
    vendor: 'Hikvision',
    calledLike: /hikvision|hilook|hiwatch|annke|ezviz|\blts\b|trendnet|ds-[27]|ip camera\(\w+\)/i,
    main: '/Streaming/Channels/{channel}01',
    sub: '/Streaming/Channels/{channel}02',
  },
  {
    vendor: 'Hikvision (firmware before 5)',
    calledLike: /hikvision|hilook|ds-[27]/i,
    main: '/h264/ch{channel}/main/av_stream',
    sub: '/h264/ch{channel}/sub/av_stream',
  },
  {
    vendor: 'Dahua',
    calledLike: /dahua|amcrest|lorex|imou|cp ?plus|q-see|ic ?realtime|login to \w+|ipc-h|dh-/i,
    main: '/cam/realmonitor?channel={channel}&subtype=0',
    sub: '/cam/realmonitor?channel={channel}&subtype=1',
  },
  {
    vendor: 'Axis',
    calledLike: /axis/i,
    main: '/axis-media/media.amp?camera={channel}',
    sub: '/axis-media/media.amp?camera={channel}&resolution=640x360',
  },
  {
    vendor: 'Reolink',
    calledLike: /reolink|\brlc-|\brln/i,
    main: '/h264Preview_0{channel}_main',
    sub: '/h264Preview_0{channel}_sub',
  },
  {
    vendor: 'Uniview',
    calledLike: /uniview|\bunv\b|oviss/i,
    main: '/unicast/c{channel}/s0/live',
    sub: '/unicast/c{channel}/s1/live',
  },
  { vendor: 'TP-Link', calledLike: /tp-?link|tapo|vigi/i, main: '/stream1', sub: '/stream2' },
  { vendor: 'Foscam', calledLike: /foscam/i, main: '/videoMain', sub: '/videoSub' },
  {
    vendor: 'Hanwha',
    calledLike: /hanwha|wisenet|samsung/i,
    main: '/onvif/profile2/media.smp',
    sub: '/onvif/profile3/media.smp',
  },
  {
    vendor: 'Bosch',
    calledLike: /bosch/i,
    main: '/rtsp_tunnel?h26x=4&line={channel}&inst=1',
    sub: '/rtsp_tunnel?h26x=4&line={channel}&inst=2',
  },
  { vendor: 'Vivotek', calledLike: /vivotek/i, main: '/live1s1.sdp', sub: '/live1s2.sdp' },
  { vendor: 'Sony', calledLike: /sony|\bsnc-/i, main: '/media/video1', sub: '/media/video2' },
  { vendor: 'Mobotix', calledLike: /mobotix/i, main: '/mobotix.h264', sub: null },
  { vendor: 'Eufy', calledLike: /eufy/i, main: '/live0', sub: '/live1' },
  { vendor: 'HiSilicon boards', calledLike: /zosi|iegeek|hipcam|microseven/i, main: '/11', sub: '/12' },
  {
    vendor: 'Xiongmai',
    calledLike: /xiongmai|\bxm\b|jufeng|h264dvr/i,
    main: '/user={username}&password={password}&channel={channel}&stream=0.sdp?',
    sub: '/user={username}&password={password}&channel={channel}&stream=1.sdp?',
  },
];

/** Tried on devices that say nothing about who made them. */
const fallbacks: readonly Pick<VendorPaths, 'main' | 'sub'>[] = [
  { main: '/stream1', sub: '/stream2' },
  { main: '/live/ch0', sub: '/live/ch1' },
  { main: '/11', sub: '/12' },
  { main: '/live', sub: null },
  { main: '/', sub: null },
];

export interface CandidatePaths {
  main: string;
  sub: string | null;
}

/**
 * The paths worth trying, likeliest first, without doubles: those of the vendor that `hints` (manufacturer, model,
 * Server header, realm) name, then the most widespread vendors', then generic ones. A path that carries the
 * password is offered only for the vendor that needs it (Q63).
 */
export function candidatePaths(
  hints: readonly (string | null)[],
  channel: number,
  credentials: Credentials | null,
): CandidatePaths[] {
  const named = vendorPaths.filter(({ calledLike }) =>
    hints.some((hint) => hint !== null && calledLike.test(hint)),
  );
  const others = vendorPaths.filter(
    (vendor) => !named.includes(vendor) && !vendor.main.includes('{password}'),
  );
  const filled = [...named, ...others.slice(0, widespreadVendors), ...fallbacks].map(({ main, sub }) => ({
    main: fill(main, channel, credentials),
    sub: sub === null ? null : fill(sub, channel, credentials),
  }));
  return filled.filter(({ main }, index) => filled.findIndex((other) => other.main === main) === index);
}

const widespreadVendors = 4;

function fill(template: string, channel: number, credentials: Credentials | null): string {
  const values: Record<string, string> = {
    channel: String(channel),
    username: encodeURIComponent(credentials?.username ?? ''),
    password: encodeURIComponent(credentials?.password ?? ''),
  };
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
