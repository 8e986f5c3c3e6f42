import { frameRate, loadClips, type AudioCodec, type Clips, type VideoCodec } from './clip.js';
import { createPacer, type Pacer } from './pacer.js';
import { audioTrack, videoTrack, type Track } from './packets.js';

/** What the cameras of one process share: clips read once, packets cut once, one timer. */
export interface SharedMedia {
  clips: Clips;
  tracks: { main: Record<VideoCodec, Track>; sub: Track; audio: Record<AudioCodec, Track> };
  pacer: Pacer;
}

export async function loadSharedMedia(): Promise<SharedMedia> {
  const clips = await loadClips();
  const { main, sub, audio } = clips;
  return {
    clips,
    tracks: {
      main: { h264: videoTrack(main.h264, frameRate), h265: videoTrack(main.h265, frameRate) },
      sub: videoTrack(sub, frameRate),
      audio: { pcmu: audioTrack(audio.pcmu), pcma: audioTrack(audio.pcma), aac: audioTrack(audio.aac) },
    },
    pacer: createPacer(frameRate),
  };
}
