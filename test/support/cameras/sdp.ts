import type { AudioClip, VideoClip } from './clip.js';
import type { Track } from './packets.js';

/** The session description of one stream (RFC 8866; fmtp of RFC 6184 §8.1, RFC 7798 §7.1, RFC 3640 §4.1). */
export function describe(stream: {
  name: string;
  address: string;
  frameRate: number;
  video: VideoClip;
  videoTrack: Track;
  audio: AudioClip | null;
  audioTrack: Track | null;
}): string {
  const { video, audio } = stream;
  const lines = [
    'v=0',
    `o=- 1 1 IN IP4 ${stream.address}`,
    `s=${stream.name}`,
    't=0 0',
    'a=control:*',
    'a=range:npt=0-',
    `m=video 0 RTP/AVP ${stream.videoTrack.payloadType}`,
    'c=IN IP4 0.0.0.0',
    `a=rtpmap:${stream.videoTrack.payloadType} ${video.codec.toUpperCase()}/90000`,
    `a=fmtp:${stream.videoTrack.payloadType} ${videoFormat(video)}`,
    `a=framerate:${stream.frameRate}`,
    `a=x-dimensions:${video.width},${video.height}`,
    `a=control:${trackControl('video')}`,
  ];
  if (audio && stream.audioTrack) {
    const type = stream.audioTrack.payloadType;
    lines.push(`m=audio 0 RTP/AVP ${type}`, 'c=IN IP4 0.0.0.0', `a=rtpmap:${type} ${audioMap(audio)}`);
    if (audio.config !== null) {
      const hbr = 'profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3';
      lines.push(`a=fmtp:${type} streamtype=5;${hbr};config=${audio.config}`);
    }
    lines.push(`a=control:${trackControl('audio')}`);
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** The last part of a track's URL. */
export function trackControl(kind: Track['kind']): string {
  return kind === 'video' ? 'trackID=1' : 'trackID=2';
}

function videoFormat(video: VideoClip): string {
  const sets = video.parameterSets.map((unit) => unit.toString('base64'));
  if (video.codec === 'h265') return `sprop-vps=${sets[0]};sprop-sps=${sets[1]};sprop-pps=${sets[2]}`;
  const profileLevel = video.parameterSets[0]?.subarray(1, 4).toString('hex').toUpperCase();
  return `packetization-mode=1;profile-level-id=${profileLevel};sprop-parameter-sets=${sets.join(',')}`;
}

function audioMap(audio: AudioClip): string {
  switch (audio.codec) {
    case 'pcmu':
      return 'PCMU/8000';
    case 'pcma':
      return 'PCMA/8000';
    case 'aac':
      return `MPEG4-GENERIC/${audio.sampleRate}/1`;
    default:
      return audio.codec satisfies never;
  }
}
