/** What ffmpeg is told, without its output. */
export interface LiveLine {
  input: string;
  inputOptions: string[];
  outputOptions: string[];
}

/** A fragment lasts this long at most; a key picture begins a new one. */
const fragmentUs = 200_000;

/**
 * How much of a stream ffmpeg looks at before it writes. `quick`: the first picture tells all, also where the camera's
 * SDP does not; `patient`: for cameras that begin in the middle of a group and say nothing in their SDP.
 */
export type Probing = 'quick' | 'patient';

const probing: Readonly<Record<Probing, string[]>> = {
  quick: ['-analyzeduration', '500000', '-probesize', '5000', '-fpsprobesize', '0'],
  patient: ['-analyzeduration', '5000000', '-probesize', '1000000'],
};

/**
 * Copies the video into fragmented MP4, nothing is encoded. Audio is left out: a camera whose sound pauses would hold
 * its pictures back (the muxer waits for both).
 */
export const liveLine = (o: { url: string; video: 'h264' | 'h265'; probing: Probing }): LiveLine => ({
  input: o.url,
  inputOptions: [
    '-hide_banner',
    '-loglevel',
    'error',
    '-nostdin',
    '-nostats',
    '-protocol_whitelist',
    'rtsp,rtp,tcp,udp',
    '-rtsp_transport',
    'tcp',
    '-timeout',
    '10000000',
    '-allowed_media_types',
    'video',
    ...probing[o.probing],
    // Not `nobuffer`: it throws away what was looked at, and the first picture would be that of the next group.
    '-fflags',
    '+genpts+discardcorrupt',
  ],
  outputOptions: [
    '-map',
    '0:v:0',
    '-c:v',
    'copy',
    ...(o.video === 'h265' ? ['-tag:v', 'hvc1'] : []),
    '-an',
    '-f',
    'mp4',
    '-movflags',
    '+frag_keyframe+empty_moov+default_base_moof',
    '-frag_duration',
    String(fragmentUs),
    '-flush_packets',
    '1',
  ],
});
