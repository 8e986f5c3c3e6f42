import { childAt, childrenNamed, textAt, type XmlElement } from '../xml.js';

export type VideoCodec = 'h264' | 'h265' | 'mjpeg' | 'mpeg4' | 'unknown';
export type AudioCodec = 'aac' | 'pcmu' | 'pcma' | 'g726' | 'opus' | 'other';

/** One media profile of either media service, in one shape. */
export interface Profile {
  token: string;
  name: string | null;
  /** Token of the video source, `''` where the profile names none (Q51); tokens are text: "0", "000" (Q50). */
  sourceToken: string;
  /** Null without an encoder configuration: nothing is known of its video. */
  encoder: {
    video: VideoCodec;
    width: number | null;
    height: number | null;
    frameRate: number | null;
  } | null;
  audio: AudioCodec | null;
}

/** More profiles than any device seen has (an NVR of 64 channels with three each). */
const maxProfiles = 256;

/** Reads GetProfilesResponse of Media1 or Media2; profiles without a token are left out. */
export function readProfiles(response: XmlElement): Profile[] {
  return childrenNamed(response, 'Profiles')
    .slice(0, maxProfiles)
    .flatMap((profile) => {
      const token = profile.attributes['token'] ?? '';
      if (token === '') return [];
      const media2 = childAt(profile, 'Configurations');
      const part = (media1Name: string, media2Name: string) =>
        childAt(profile, media1Name) ?? childAt(media2, media2Name);
      return [
        {
          token,
          name: textAt(profile, 'Name'),
          sourceToken: textAt(part('VideoSourceConfiguration', 'VideoSource'), 'SourceToken') ?? '',
          encoder: encoderOf(part('VideoEncoderConfiguration', 'VideoEncoder')),
          audio: audioCodec(textAt(part('AudioEncoderConfiguration', 'AudioEncoder'), 'Encoding')),
        },
      ];
    });
}

function encoderOf(configuration: XmlElement | null): Profile['encoder'] {
  if (configuration === null) return null;
  const number = (text: string | null, max: number): number | null => {
    const value = Number(text ?? Number.NaN);
    return value > 0 && value <= max ? value : null;
  };
  const pixels = (name: string) => {
    const value = number(textAt(configuration, 'Resolution', name), 65_535);
    return value === null ? null : Math.round(value);
  };
  return {
    video: videoCodec(textAt(configuration, 'Encoding')),
    width: pixels('Width'),
    height: pixels('Height'),
    frameRate: number(textAt(configuration, 'RateControl', 'FrameRateLimit'), 1_000),
  };
}

/** Media1 says `JPEG | MPEG4 | H264`, Media2 the IANA names of RTP payloads. */
export function videoCodec(encoding: string | null): VideoCodec {
  switch ((encoding ?? '').toUpperCase().replaceAll(/[^A-Z0-9]/g, '')) {
    case 'H264':
      return 'h264';
    case 'H265':
    case 'HEVC':
      return 'h265';
    case 'JPEG':
    case 'MJPEG':
      return 'mjpeg';
    case 'MPEG4':
    case 'MP4VES':
    case 'MPV4ES':
      return 'mpeg4';
    default:
      return 'unknown';
  }
}

/** `G711` leaves the law open; µ-law is the common one, the stream's own description decides later. */
export function audioCodec(encoding: string | null): AudioCodec | null {
  switch ((encoding ?? '').toUpperCase().replaceAll(/[^A-Z0-9]/g, '')) {
    case '':
    case 'NONE':
      return null;
    case 'AAC':
    case 'MP4ALATM':
    case 'MPEG4GENERIC':
      return 'aac';
    case 'G711':
    case 'PCMU':
    case 'G711U':
      return 'pcmu';
    case 'PCMA':
    case 'G711A':
      return 'pcma';
    case 'G726':
      return 'g726';
    case 'OPUS':
      return 'opus';
    default:
      return 'other';
  }
}
