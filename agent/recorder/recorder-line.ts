/** What a recorder's ffmpeg is asked to do with a camera's audio. */
export type AudioTreatment = 'copy' | 'transcode' | 'drop';

/**
 * MP4 takes AAC as it is; G.711 has no place in it and becomes AAC; everything else is dropped rather than
 * stopping the recording (field notes, ffmpeg).
 */
export function audioTreatment(codec: string | null): AudioTreatment {
  if (codec === 'aac') return 'copy';
  return codec === 'pcmu' || codec === 'pcma' ? 'transcode' : 'drop';
}

export interface RecorderLine {
  input: string;
  inputOptions: string[];
  outputOptions: string[];
  output: string;
}

/**
 * The recorder line of the field notes. Two things differ: liveness comes from the source's byte counter
 * instead of `-progress pipe:3`, because fluent-ffmpeg opens three pipes only; and streams nobody
 * records are never set up at the camera (`-allowed_media_types`).
 */
export function recorderLine(o: {
  url: string;
  video: 'h264' | 'h265';
  audio: string | null;
  segmentSeconds: number;
  /** ffmpeg's pattern for the files, absolute. */
  output: string;
}): RecorderLine {
  const audio = audioTreatment(o.audio);
  return {
    input: o.url,
    inputOptions: [
      '-hide_banner',
      '-loglevel',
      'warning',
      '-nostdin',
      '-nostats',
      // The stream may redirect ffmpeg nowhere else: no files, no HTTP (design §5, processes).
      '-protocol_whitelist',
      'rtsp,rtp,tcp,udp',
      '-rtsp_transport',
      'tcp',
      '-timeout',
      '10000000',
      ...(audio === 'drop' ? ['-allowed_media_types', 'video'] : []),
      '-analyzeduration',
      '500000',
      '-probesize',
      '200000',
      '-fflags',
      '+genpts+discardcorrupt',
      '-use_wallclock_as_timestamps',
      '1',
    ],
    outputOptions: [
      '-map',
      '0:v:0',
      '-c:v',
      'copy',
      ...(o.video === 'h265' ? ['-tag:v', 'hvc1'] : []),
      ...(audio === 'drop' ? ['-an'] : ['-map', '0:a:0?']),
      ...(audio === 'copy' ? ['-c:a', 'copy'] : []),
      ...(audio === 'transcode' ? ['-c:a', 'aac', '-b:a', '24k', '-ar', '8000', '-ac', '1'] : []),
      '-f',
      'segment',
      '-segment_time',
      String(o.segmentSeconds),
      '-segment_format',
      'mp4',
      // `-flush_packets` does not reach the inner muxer; here it does: a kill costs less than one fragment.
      '-segment_format_options',
      'movflags=+frag_keyframe+empty_moov+default_base_moof:frag_duration=1000000:flush_packets=1',
      '-reset_timestamps',
      '1',
      '-segment_list',
      'pipe:1',
      '-segment_list_type',
      'csv',
      '-segment_list_size',
      '0',
    ],
    output: o.output,
  };
}
