import type { AudioClip, VideoClip } from './clip.js';
import { SoapFault, type Operation } from './soap.js';
import { escapeXml, textAt } from './xml.js';

/** One ONVIF media profile: one stream of one video source. */
export interface Profile {
  token: string;
  name: string;
  channel: number;
  video: VideoClip;
  audio: AudioClip | null;
  streamUri: () => string;
  snapshotUri: () => string;
}

export interface MediaView {
  frameRate: number;
  profiles: readonly Profile[];
}

const encodings = {
  media1: { h264: 'H264', h265: null },
  media2: { h264: 'H264', h265: 'H265' },
} as const;
const audioEncodings = {
  media1: { pcmu: 'G711', pcma: 'G711', aac: 'AAC' },
  media2: { pcmu: 'PCMU', pcma: 'PCMU', aac: 'MP4A-LATM' },
} as const;
const multicast =
  '<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address><tt:Port>0</tt:Port><tt:TTL>1</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>';

/** Media (ver10). It cannot name H.265: such a profile comes without an encoder configuration (Q51). */
export function mediaService(media: MediaView): Record<string, Operation> {
  return {
    GetProfiles: () =>
      `<trt:GetProfilesResponse>${media.profiles.map((one) => profileElement('trt:Profiles', one, media)).join('')}</trt:GetProfilesResponse>`,
    GetProfile: ({ parameters }) =>
      `<trt:GetProfileResponse>${profileElement('trt:Profile', profileOf(media, parameters), media)}</trt:GetProfileResponse>`,
    GetVideoSources: () => {
      const sources = mainProfiles(media).map(
        ({ channel, video }) =>
          `<trt:VideoSources token="${sourceToken(channel)}"><tt:Framerate>${media.frameRate}</tt:Framerate><tt:Resolution><tt:Width>${video.width}</tt:Width><tt:Height>${video.height}</tt:Height></tt:Resolution></trt:VideoSources>`,
      );
      return `<trt:GetVideoSourcesResponse>${sources.join('')}</trt:GetVideoSourcesResponse>`;
    },
    GetVideoSourceConfigurations: () =>
      `<trt:GetVideoSourceConfigurationsResponse>${mainProfiles(media)
        .map((one) => sourceConfiguration('trt:Configurations', one))
        .join('')}</trt:GetVideoSourceConfigurationsResponse>`,
    GetVideoEncoderConfigurations: () =>
      `<trt:GetVideoEncoderConfigurationsResponse>${media.profiles.map((one) => encoderConfiguration('trt:Configurations', one, media)).join('')}</trt:GetVideoEncoderConfigurationsResponse>`,
    GetStreamUri: ({ parameters }) =>
      `<trt:GetStreamUriResponse>${mediaUri(profileOf(media, parameters).streamUri())}</trt:GetStreamUriResponse>`,
    GetSnapshotUri: ({ parameters }) =>
      `<trt:GetSnapshotUriResponse>${mediaUri(profileOf(media, parameters).snapshotUri())}</trt:GetSnapshotUriResponse>`,
  };
}

/** Media2 (ver20), which names H.265. Configurations are given whatever `Type` asks for, as most cameras do. */
export function media2Service(media: MediaView): Record<string, Operation> {
  return {
    GetProfiles: ({ parameters }) => {
      const wanted = textAt(parameters, 'Token');
      const profiles = media.profiles.filter(({ token }) => wanted === null || token === wanted);
      if (profiles.length === 0) throw noProfile();
      const elements = profiles.map(
        (one) =>
          `<tr2:Profiles token="${one.token}" fixed="true"><tr2:Name>${one.name}</tr2:Name><tr2:Configurations>${sourceConfiguration('tr2:VideoSource', one)}${encoder2('tr2:VideoEncoder', one, media)}${audio2(one)}</tr2:Configurations></tr2:Profiles>`,
      );
      return `<tr2:GetProfilesResponse>${elements.join('')}</tr2:GetProfilesResponse>`;
    },
    GetVideoSourceConfigurations: () =>
      `<tr2:GetVideoSourceConfigurationsResponse>${mainProfiles(media)
        .map((one) => sourceConfiguration('tr2:Configurations', one))
        .join('')}</tr2:GetVideoSourceConfigurationsResponse>`,
    GetVideoEncoderConfigurations: () =>
      `<tr2:GetVideoEncoderConfigurationsResponse>${media.profiles.map((one) => encoder2('tr2:Configurations', one, media)).join('')}</tr2:GetVideoEncoderConfigurationsResponse>`,
    GetStreamUri: ({ parameters }) =>
      `<tr2:GetStreamUriResponse><tr2:Uri>${escapeXml(profileOf(media, parameters).streamUri())}</tr2:Uri></tr2:GetStreamUriResponse>`,
    GetSnapshotUri: ({ parameters }) =>
      `<tr2:GetSnapshotUriResponse><tr2:Uri>${escapeXml(profileOf(media, parameters).snapshotUri())}</tr2:Uri></tr2:GetSnapshotUriResponse>`,
  };
}

export function sourceToken(channel: number): string {
  return `VideoSource_${channel}`;
}

function profileOf(media: MediaView, parameters: unknown): Profile {
  const token = textAt(parameters, 'ProfileToken');
  const profile = media.profiles.find((one) => one.token === token);
  if (!profile) throw noProfile();
  return profile;
}

function noProfile(): SoapFault {
  return new SoapFault(
    'Sender',
    ['ter:InvalidArgVal', 'ter:NoProfile'],
    'The requested profile token does not exist',
    400,
  );
}

/** One profile per video source: its first. */
function mainProfiles(media: MediaView): Profile[] {
  return media.profiles.filter(
    (one, index) => media.profiles.findIndex((other) => other.channel === one.channel) === index,
  );
}

function mediaUri(uri: string): string {
  return `<trt:MediaUri><tt:Uri>${escapeXml(uri)}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT60S</tt:Timeout></trt:MediaUri>`;
}

function profileElement(tag: string, profile: Profile, media: MediaView): string {
  return `<${tag} token="${profile.token}" fixed="true"><tt:Name>${profile.name}</tt:Name>${sourceConfiguration('tt:VideoSourceConfiguration', profile)}${encoderConfiguration('tt:VideoEncoderConfiguration', profile, media)}${audioConfiguration(profile)}</${tag}>`;
}

function sourceConfiguration(tag: string, { channel, video }: Profile): string {
  return `<${tag} token="VideoSourceConfig_${channel}"><tt:Name>VideoSourceConfig_${channel}</tt:Name><tt:UseCount>2</tt:UseCount><tt:SourceToken>${sourceToken(channel)}</tt:SourceToken><tt:Bounds x="0" y="0" width="${video.width}" height="${video.height}"/></${tag}>`;
}

function resolution({ width, height }: VideoClip): string {
  return `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>`;
}

function encoderConfiguration(tag: string, { token, video }: Profile, { frameRate }: MediaView): string {
  const encoding = encodings.media1[video.codec];
  if (encoding === null) return '';
  return `<${tag} token="VideoEncoder_${token}"><tt:Name>VideoEncoder_${token}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>${encoding}</tt:Encoding>${resolution(video)}<tt:Quality>4</tt:Quality><tt:RateControl><tt:FrameRateLimit>${frameRate}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>512</tt:BitrateLimit></tt:RateControl><tt:H264><tt:GovLength>${frameRate}</tt:GovLength><tt:H264Profile>High</tt:H264Profile></tt:H264>${multicast}<tt:SessionTimeout>PT60S</tt:SessionTimeout></${tag}>`;
}

function encoder2(tag: string, { token, video }: Profile, { frameRate }: MediaView): string {
  return `<${tag} token="VideoEncoder_${token}" GovLength="${frameRate}" Profile="Main"><tt:Name>VideoEncoder_${token}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>${encodings.media2[video.codec]}</tt:Encoding>${resolution(video)}<tt:RateControl ConstantBitRate="false"><tt:FrameRateLimit>${frameRate}</tt:FrameRateLimit><tt:BitrateLimit>512</tt:BitrateLimit></tt:RateControl><tt:Quality>4</tt:Quality></${tag}>`;
}

function audioConfiguration({ audio, channel }: Profile): string {
  if (!audio) return '';
  return `<tt:AudioSourceConfiguration token="AudioSourceConfig_${channel}"><tt:Name>AudioSourceConfig_${channel}</tt:Name><tt:UseCount>2</tt:UseCount><tt:SourceToken>AudioSource_${channel}</tt:SourceToken></tt:AudioSourceConfiguration><tt:AudioEncoderConfiguration token="AudioEncoder_${channel}"><tt:Name>AudioEncoder_${channel}</tt:Name><tt:UseCount>2</tt:UseCount><tt:Encoding>${audioEncodings.media1[audio.codec]}</tt:Encoding><tt:Bitrate>64</tt:Bitrate><tt:SampleRate>${audio.sampleRate / 1_000}</tt:SampleRate>${multicast}<tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:AudioEncoderConfiguration>`;
}

function audio2({ audio, channel }: Profile): string {
  if (!audio) return '';
  return `<tr2:AudioSource token="AudioSourceConfig_${channel}"><tt:Name>AudioSourceConfig_${channel}</tt:Name><tt:UseCount>2</tt:UseCount><tt:SourceToken>AudioSource_${channel}</tt:SourceToken></tr2:AudioSource><tr2:AudioEncoder token="AudioEncoder_${channel}"><tt:Name>AudioEncoder_${channel}</tt:Name><tt:UseCount>2</tt:UseCount><tt:Encoding>${audioEncodings.media2[audio.codec]}</tt:Encoding><tt:Bitrate>64</tt:Bitrate><tt:SampleRate>${audio.sampleRate / 1_000}</tt:SampleRate></tr2:AudioEncoder>`;
}
