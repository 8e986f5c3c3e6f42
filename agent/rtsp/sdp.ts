import { h264PictureSize, h265PictureSize, type PictureSize } from './picture-size.js';
import { atSameAddress } from './url.js';
import { headerOf, type Headers } from './wire.js';

/** What DESCRIBE answers with (SDP, RFC 4566 and RFC 2326 appendix C), as far as recording needs it. */
export interface RtspTrack {
  media: 'video' | 'audio';
  codec: TrackCodec;
  payloadType: number;
  /** RTP clock, Hz. */
  clockRate: number | null;
  /** Absolute URL for SETUP, always at the address that was asked. */
  control: string;
  /** Frames per second, where the camera says so. */
  frameRate: number | null;
  /** Pixels, from the sequence parameter set where the camera sends one. */
  width: number | null;
  height: number | null;
}

export type TrackCodec =
  'h264' | 'h265' | 'mjpeg' | 'mpeg4' | 'aac' | 'pcmu' | 'pcma' | 'g726' | 'opus' | 'other' | 'unknown';

export interface SessionDescription {
  tracks: RtspTrack[];
  /** Absolute URL for PLAY and TEARDOWN. */
  control: string;
}

interface MediaSection {
  media: string;
  payloadType: number;
  attributes: ReadonlyMap<string, string>;
}

/** Payload types that need no `rtpmap` (RFC 3551 table 4 and 5); cameras leave it out (Q61). */
const staticPayloads = new Map<number, string>([
  [0, 'PCMU/8000'],
  [2, 'G726-32/8000'],
  [3, 'GSM/8000'],
  [4, 'G723/8000'],
  [8, 'PCMA/8000'],
  [9, 'G722/8000'],
  [14, 'MPA/90000'],
  [18, 'G729/8000'],
  [26, 'JPEG/90000'],
  [32, 'MPV/90000'],
]);

const codecs: readonly (readonly [RegExp, TrackCodec])[] = [
  [/^H264(-SVC)?$/i, 'h264'],
  [/^(H265|HEVC)$/i, 'h265'],
  [/^JPEG$/i, 'mjpeg'],
  [/^MP4V-ES$/i, 'mpeg4'],
  [/^(MPEG4-GENERIC|MP4A-LATM)$/i, 'aac'],
  [/^PCMU$/i, 'pcmu'],
  [/^PCMA$/i, 'pcma'],
  [/^(AAL2-)?G726-\d\d$/i, 'g726'],
  [/^OPUS$/i, 'opus'],
];

/** The address that relative control URLs build on: the path of Content-Base, never its host, which may lie (Q52). */
export function contentBase(uri: string, headers: Headers): string {
  const stated = headerOf(headers, 'Content-Base') ?? headerOf(headers, 'Content-Location');
  return stated === null || stated === '' ? uri : resolveControl(uri, stated);
}

/** RFC 2326 appendix C.1.1, as cameras and players practise it: a relative control is appended, not resolved. */
export function resolveControl(base: string, control: string): string {
  if (control === '' || control === '*') return base;
  const absolute = /^rtsps?:\/\/[^/?]*(.*)$/is.exec(control);
  if (absolute !== null) return atSameAddress(base, absolute[1] ?? '');
  if (control.startsWith('/')) return atSameAddress(base, control);
  return `${base}${base.endsWith('/') ? '' : '/'}${control}`;
}

/** Reads the audio and video tracks; other media (ONVIF metadata) are left out. Never throws. */
export function parseSdp(text: string, base: string): SessionDescription {
  const { sessionControl, sections } = splitSections(text);
  const control = resolveControl(base, sessionControl);
  const tracks = sections.flatMap((section): RtspTrack[] => {
    if (section.media !== 'video' && section.media !== 'audio') return [];
    return [
      { media: section.media, ...describeSection(section), control: trackControl(section, base, control) },
    ];
  });
  return { tracks, control };
}

/** A camera with a single track may give its control at session level only (Q61). */
function trackControl(section: MediaSection, base: string, sessionControl: string): string {
  const control = section.attributes.get('control');
  return control === undefined ? sessionControl : resolveControl(base, control);
}

function describeSection({
  media,
  payloadType,
  attributes,
}: MediaSection): Omit<RtspTrack, 'media' | 'control'> {
  const rtpmap = attributes.get(`rtpmap:${payloadType}`) ?? staticPayloads.get(payloadType) ?? null;
  const [encoding = '', clock = ''] = rtpmap?.split('/') ?? [];
  const known = codecs.find(([pattern]) => pattern.test(encoding))?.[1];
  const codec = known ?? (media === 'audio' && rtpmap !== null ? 'other' : 'unknown');
  const size = pictureSize(codec, attributes.get(`fmtp:${payloadType}`) ?? '') ?? statedSize(attributes);
  return {
    codec,
    payloadType,
    clockRate: positive(clock),
    frameRate: positive(attributes.get('framerate') ?? attributes.get('x-framerate') ?? ''),
    width: size?.width ?? null,
    height: size?.height ?? null,
  };
}

function pictureSize(codec: TrackCodec, fmtp: string): PictureSize | null {
  if (codec === 'h264') {
    const sets = fmtpValue(fmtp, 'sprop-parameter-sets')?.split(',') ?? [];
    return firstSize(sets, h264PictureSize);
  }
  return codec === 'h265' ? firstSize([fmtpValue(fmtp, 'sprop-sps') ?? ''], h265PictureSize) : null;
}

function firstSize(sets: readonly string[], read: (nal: Buffer) => PictureSize | null): PictureSize | null {
  for (const set of sets) {
    const size = read(Buffer.from(set, 'base64'));
    if (size !== null) return size;
  }
  return null;
}

/** `a=x-dimensions:1280,720` or `a=framesize:96 1280-720`. */
function statedSize(attributes: ReadonlyMap<string, string>): PictureSize | null {
  const stated = attributes.get('x-dimensions') ?? attributes.get('framesize') ?? '';
  const match = /(?:^|\s)(\d{2,5})[,-](\d{2,5})\s*$/.exec(stated);
  return match === null ? null : { width: Number(match[1]), height: Number(match[2]) };
}

function fmtpValue(fmtp: string, name: string): string | null {
  const match = new RegExp(`(?:^|[;\\s])${name}\\s*=\\s*([^;\\s]+)`, 'i').exec(fmtp);
  return match?.[1] ?? null;
}

function positive(text: string): number | null {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) && value > 0 ? value : null;
}

function splitSections(text: string): { sessionControl: string; sections: MediaSection[] } {
  let sessionControl = '*';
  const sections: (MediaSection & { attributes: Map<string, string> })[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const media = /^m=(\w+)\s+\S+\s+\S+\s*(\d+)?/.exec(line);
    if (media !== null) {
      sections.push({
        media: (media[1] ?? '').toLowerCase(),
        payloadType: Number(media[2] ?? -1),
        attributes: new Map(),
      });
      continue;
    }
    const attribute = /^a=([^:]+):(.*)$/.exec(line.trimEnd());
    if (attribute === null) continue;
    const [name, value] = attributeName(attribute[1] ?? '', (attribute[2] ?? '').trim());
    const attributes = sections.at(-1)?.attributes;
    if (attributes !== undefined) attributes.set(name, value);
    else if (name === 'control') sessionControl = value;
  }
  return { sessionControl, sections };
}

/** `rtpmap` and `fmtp` belong to a payload type, which becomes part of their name. */
function attributeName(name: string, value: string): [string, string] {
  const ofPayload = /^(?:rtpmap|fmtp)$/i.test(name) ? /^(\d+)\s+(.*)$/.exec(value) : null;
  return ofPayload === null
    ? [name.toLowerCase(), value]
    : [`${name.toLowerCase()}:${ofPayload[1] ?? ''}`, ofPayload[2] ?? ''];
}
