/** The part of node-rtsp-stream 0.0.9 that is used here; it ships no types. */
declare module 'node-rtsp-stream/mpeg1muxer.js' {
  import type { ChildProcess } from 'node:child_process';
  import type { EventEmitter } from 'node:events';

  interface Mpeg1MuxerOptions {
    url: string;
    ffmpegPath: string;
    /** Written after the input, in order; an empty value stands for an option without one. */
    ffmpegOptions: Record<string, string>;
  }

  /** Starts ffmpeg at once; emits `mpeg1data` and `ffmpegStderr` with a Buffer, and `exitWithError`. */
  export default class Mpeg1Muxer extends EventEmitter {
    constructor(options: Mpeg1MuxerOptions);
    readonly stream: ChildProcess;
  }
}
