import type { StreamRole, VirtualCameraOptions } from './camera-options.js';
import { frameRate } from './clip.js';
import type { Profile } from './media-service.js';
import type { Stream } from './rtsp-viewer.js';
import { describe } from './sdp.js';
import type { SharedMedia } from './shared-media.js';

/** Main and sub stream of every channel, as RTSP serves them and as ONVIF names them. */
export interface Offer {
  streams: readonly Stream[];
  profiles: readonly Profile[];
}

/** URIs and the SDP's address are asked for anew each time: a camera may move, or lie. */
export function offerOf(
  options: Pick<VirtualCameraOptions, 'video' | 'audio' | 'channels' | 'streamPath'>,
  { clips, tracks }: SharedMedia,
  camera: {
    name: string;
    address: () => string;
    isSmall: () => boolean;
    streamUri: (channel: number, role: StreamRole) => string;
    snapshotUri: (channel: number) => string;
  },
): Offer {
  const audio = options.audio === null ? null : clips.audio[options.audio];
  const audioTrack = options.audio === null ? null : tracks.audio[options.audio];
  const feeds = [
    { role: 'main', video: clips.main[options.video], videoTrack: tracks.main[options.video] },
    { role: 'sub', video: clips.sub, videoTrack: tracks.sub },
  ] as const;
  const streams: Stream[] = [];
  const profiles: Profile[] = [];
  for (let channel = 1; channel <= options.channels; channel += 1) {
    for (const { role, video, videoTrack } of feeds) {
      const name = `${camera.name}, ${role}`;
      streams.push({
        path: options.streamPath(channel, role),
        tracks: audioTrack ? [videoTrack, audioTrack] : [videoTrack],
        small: role === 'main' && options.video === 'h264' ? tracks.sub : videoTrack,
        sdp: () =>
          describe({
            name,
            address: camera.address(),
            frameRate,
            video: camera.isSmall() && options.video === 'h264' ? clips.sub : video,
            videoTrack,
            audio,
            audioTrack,
          }),
      });
      profiles.push({
        token: `Profile_${channel}0${role === 'main' ? 1 : 2}`,
        name: `${role}Stream`,
        channel,
        video,
        audio,
        streamUri: () => camera.streamUri(channel, role),
        snapshotUri: () => camera.snapshotUri(channel),
      });
    }
  }
  return { streams, profiles };
}
