import { join } from 'node:path';
import type { SessionId } from '@gantry/protocol/ids.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { writeDurably } from '../store.js';
import { runFfmpeg } from './ffmpeg.js';
import { keepWritten, keptEverySeconds } from './keep-written.js';
import { MediaClock, maxDriftMs, type Placement } from './media-clock.js';
import { noteProcess } from './orphans.js';
import { ffmpegFailure, refusesAll, sourceFailure, type Failure } from './outcome.js';
import { audioTreatment, recorderLine } from './recorder-line.js';
import { parseListLine, segmentFile, segmentPattern, type ListedSegment } from './segment-files.js';
import { openSegmentLimitBytes } from './segment-length.js';
import { sessionFile, type SessionRecord } from './session-file.js';
import { sessionOffset } from './session-offset.js';
import type { FinishedSegment, RecorderSpec, StreamSource } from './spec.js';
import { judge } from './watchdog.js';
import { cutToWhole, inspect, wholeMs } from './whole-fragments.js';

export interface SessionOptions {
  spec: RecorderSpec;
  /** Folder of this camera; the file system the spool is on. */
  cameraFolder: string;
  newSessionId: () => SessionId;
  /** Takes the file away; the session keeps it for salvage when this rejects. */
  onSegment: (segment: FinishedSegment) => Promise<void>;
  /** Media of the camera is on disk. */
  onRecording: () => void;
  /** The registry's clock as the agent knows it. */
  registryNowMs: () => number;
  /** Where the camera's footage that was handed over ends on the registry's clock; null without any. */
  placedToMs: () => number | null;
  clock: Clock;
  log: Log;
  /** Aborted: end in order and hand over what is there. */
  signal: AbortSignal;
}

export type SessionEnd =
  | { kind: 'stopped' }
  /** `bytesPerSecond` as the source delivered them; 0 when it did not. */
  | { kind: 'failed'; failure: Failure; recordedMs: number; bytesPerSecond: number };

type Listed = Placement & { sequence: number; clockOffsetMs: number };

const watchEveryMs = 500;
/** Clocks that are only corrected slowly never part by so much: both run at the corrected pace. */
const clockSetMs = 1_000;

/** One run of ffmpeg over an open source: watches it, places its segments in time and hands them over. */
export class Session {
  readonly #o: SessionOptions;
  readonly #source: StreamSource;
  readonly #id: SessionId;
  readonly #media = new MediaClock();
  readonly #startedMonotonicMs: number;
  readonly #record: Omit<SessionRecord, 'listed'>;
  /** Listed by ffmpeg, not yet taken over; oldest first. */
  #listed: Listed[] = [];
  /** Of earlier sessions. */
  readonly #placedToMs: number | null;
  #firstByteMs: number | null = null;
  #firstMediaMs: number | null = null;
  #lastSegmentMs: number | null = null;
  #drifted = false;
  /** Changes when the box's clock is set, by which ffmpeg times what arrives. */
  readonly #wallAheadMs: number;
  /** Bytes that came before the segment that is open now. */
  #bytesBeforeOpen = 0;
  /** Lines are taken one after the other. */
  #taken: Promise<void> = Promise.resolve();
  /** So is the record written: an older one never lands on disk after a newer one. */
  #written: Promise<void> = Promise.resolve();

  constructor(o: SessionOptions, source: StreamSource) {
    this.#o = o;
    this.#source = source;
    this.#id = o.newSessionId();
    this.#startedMonotonicMs = o.clock.monotonicMs();
    this.#wallAheadMs = o.clock.wallMs() - this.#startedMonotonicMs;
    this.#placedToMs = o.placedToMs();
    this.#record = {
      sessionId: this.#id,
      cameraId: o.spec.cameraId,
      startedAtMs: Math.round(o.clock.wallMs()),
      clockOffsetMs: null,
      video: source.video,
      audio: audioTreatment(source.audio) === 'drop' ? null : 'aac',
      next: { sequence: 0, mediaOffsetUs: 0 },
    };
  }

  /** Resolves when ffmpeg is gone and every listed segment was offered. */
  async record(): Promise<SessionEnd> {
    const { clock, cameraFolder, signal, spec } = this.#o;
    this.#locate();
    await this.#writeRecord();
    const run = runFfmpeg(
      recorderLine({
        url: this.#source.url,
        video: this.#source.video,
        audio: this.#source.audio,
        segmentSeconds: spec.segmentSeconds,
        // A percent sign of the folder's own is none of the pattern's.
        output: join(cameraFolder.replaceAll('%', '%%'), segmentPattern(this.#id)),
      }),
      { clock, onLine: (line) => this.#listLine(line) },
    );
    // Not AbortSignal.any: the recorder's signal lives for months and would hold every attempt's.
    const over = new AbortController();
    const endWatch = (): void => over.abort();
    signal.addEventListener('abort', endWatch);
    if (signal.aborted) endWatch();
    void run.exited.then(endWatch);
    const pid = await run.spawned;
    const strikeOut = pid === null ? null : await noteProcess(cameraFolder, this.#id, pid).catch(() => null);
    const kept = spec.segmentSeconds > keptEverySeconds ? this.#keepWritten(over.signal) : null;
    let failure: Failure | null;
    try {
      failure = await this.#watch(over.signal);
    } finally {
      over.abort();
      signal.removeEventListener('abort', endWatch);
      await run.stop();
      await this.#taken;
      await strikeOut?.();
      await kept;
    }
    if (signal.aborted) return { kind: 'stopped' };
    const recordedMs = this.#firstMediaMs === null ? 0 : this.#sinceStartMs() - this.#firstMediaMs;
    const receivingMs = this.#firstByteMs === null ? 0 : this.#sinceStartMs() - this.#firstByteMs;
    const bytesPerSecond = receivingMs > 0 ? (this.#source.bytesReceived() / receivingMs) * 1_000 : 0;
    failure ??= ffmpegFailure(this.#source.failure(), await run.exited);
    return { kind: 'failed', failure, recordedMs, bytesPerSecond };
  }

  #keepWritten(signal: AbortSignal): Promise<void> {
    const openFile = () => join(this.#o.cameraFolder, segmentFile(this.#id, this.#record.next.sequence));
    return keepWritten({ openFile, clock: this.#o.clock, signal });
  }

  /** Looks at the vital signs until the attempt is over (null) or gets nowhere (why). */
  async #watch(over: AbortSignal): Promise<Failure | null> {
    while (!over.aborted) {
      if (this.#firstMediaMs === null) await this.#lookForMedia();
      const lastByteAtMs = this.#source.lastByteAtMonotonicMs();
      if (this.#source.bytesReceived() > 0) this.#firstByteMs ??= this.#sinceStartMs();
      const judgement = judge({
        nowMs: this.#sinceStartMs(),
        firstByteMs: this.#firstByteMs,
        lastByteMs: lastByteAtMs === null ? null : lastByteAtMs - this.#startedMonotonicMs,
        firstMediaMs: this.#firstMediaMs,
        lastSegmentMs: this.#lastSegmentMs,
        segmentSeconds: this.#o.spec.segmentSeconds,
      });
      if (judgement.kind === 'dead') {
        const known = this.#source.failure();
        return known ? sourceFailure(known) : judgement;
      }
      if (Math.abs(this.#setAheadMs()) > clockSetMs) {
        return { reason: 'clock_drift', detail: 'The clock of this box was set.' };
      }
      if (this.#drifted) {
        return {
          reason: 'clock_drift',
          detail: `Media and clock drifted apart by more than ${maxDriftMs} ms.`,
        };
      }
      if (this.#source.bytesReceived() - this.#bytesBeforeOpen > openSegmentLimitBytes) {
        return { reason: 'segment_too_large', detail: 'The bit rate is too high for this segment length.' };
      }
      await this.#o.clock.sleep(watchEveryMs, over).catch(() => {});
    }
    return null;
  }

  /** The first whole fragment proves video and anchors the session before its first segment ends. */
  async #lookForMedia(): Promise<void> {
    const content = await inspect(join(this.#o.cameraFolder, segmentFile(this.#id, 0)));
    if (content.fragments === 0 || this.#firstMediaMs !== null) return;
    this.#media.observe(this.#o.clock.monotonicMs(), content.durationUs);
    this.#mediaSeen();
    this.#locate();
    await this.#writeRecord();
  }

  #mediaSeen(): void {
    if (this.#firstMediaMs !== null) return;
    this.#firstMediaMs = this.#sinceStartMs();
    this.#o.onRecording();
  }

  #listLine(line: string): void {
    const listed = parseListLine(line, this.#id);
    if (!listed) return;
    this.#lastSegmentMs = this.#sinceStartMs();
    this.#bytesBeforeOpen = this.#source.bytesReceived();
    this.#mediaSeen();
    const nowMs = this.#o.clock.monotonicMs();
    // After a freeze ffmpeg lists the last segment long after its last byte.
    const arrivedMs = Math.min(nowMs, this.#source.lastByteAtMonotonicMs() ?? nowMs);
    const leapMs = this.#leapMs(listed, arrivedMs);
    const endUs = listed.endUs - leapMs * 1_000;
    this.#taken = this.#taken.then(() => this.#take({ ...listed, endUs }, arrivedMs, leapMs));
  }

  /** A clock that was set ahead makes media longer than its session is old: the picture before the leap lasts as long. */
  #leapMs({ endUs }: ListedSegment, arrivedMs: number): number {
    const tooLongMs = endUs / 1_000 - (arrivedMs - this.#startedMonotonicMs);
    return tooLongMs > clockSetMs ? Math.round(Math.max(tooLongMs, this.#setAheadMs())) : 0;
  }

  async #take(listed: ListedSegment, arrivedMs: number, leapMs: number): Promise<void> {
    const { sequence } = listed;
    const { driftMs, ...span } = this.#media.place(listed, arrivedMs, this.#now());
    if (Math.abs(driftMs) > maxDriftMs) this.#drifted = true;
    const placement = { ...span, clockOffsetMs: this.#locate() };
    // Order: the record first, so that a kill between the two lines below loses no times.
    this.#record.next = {
      sequence: sequence + 1,
      mediaOffsetUs: Math.max(listed.endUs, placement.mediaOffsetUs),
    };
    this.#listed.push({ sequence, ...placement });
    await this.#writeRecord();
    const longestUs = leapMs > 0 ? listed.endUs - span.mediaOffsetUs : undefined;
    // Oldest first: what a full disk kept back goes as soon as there is room, not when the session ends.
    for (const waiting of [...this.#listed]) {
      const isTaken = await this.#handOver(waiting, waiting.sequence === sequence ? longestUs : undefined);
      if (!isTaken) return;
    }
  }

  /** False: the disk takes nothing now. */
  async #handOver(listed: Listed, longestUs?: number): Promise<boolean> {
    const { sequence } = listed;
    try {
      const file = join(this.#o.cameraFolder, segmentFile(this.#id, sequence));
      const content = await cutToWhole(file, longestUs);
      if (content.torn) {
        this.#o.log.warn({ sequence, fragments: content.fragments }, 'a segment was cut short');
        // Noted, for the next look at it finds it whole.
        listed.durationMs = wholeMs(listed.durationMs, content);
        await this.#writeRecord();
      }
      if (content.fragments > 0) {
        const { cameraId } = this.#o.spec;
        const { video, audio } = this.#record;
        await this.#o.onSegment({ file, cameraId, sessionId: this.#id, ...listed, video, audio });
      }
      this.#listed = this.#listed.filter((waiting) => waiting !== listed);
      return true;
    } catch (error) {
      this.#o.log.error({ err: error, sequence }, 'a segment waits in the recorder folder');
      return !refusesAll(error);
    }
  }

  /** Notes where the session lies, as well as it is known until a segment is placed. Answers the clock offset. */
  #locate(): number {
    const isPlaced = this.#record.next.sequence > 0;
    const startedAtMs = this.#media.startedAtMs(this.#now()) ?? this.#record.startedAtMs;
    const clockOffsetMs = sessionOffset({
      currentMs: isPlaced ? this.#record.clockOffsetMs : null,
      measuredMs: Math.round(this.#o.registryNowMs()) - Math.round(this.#media.nowMs(this.#now())),
      startedAtMs,
      placedToMs: this.#placedToMs,
    });
    Object.assign(this.#record, { startedAtMs, clockOffsetMs });
    return clockOffsetMs;
  }

  /** Not being able to write it must not stop a recording: it only places files after a kill. */
  #writeRecord(): Promise<void> {
    this.#written = this.#written
      .then(() => {
        const record: SessionRecord = { ...this.#record, listed: this.#listed };
        return writeDurably(sessionFile(this.#o.cameraFolder, this.#id), JSON.stringify(record));
      })
      .catch((error: unknown) => {
        this.#o.log.warn({ err: error }, 'the record of a session was not written');
      });
    return this.#written;
  }

  /** By how much the wall clock was set since the start. */
  #setAheadMs(): number {
    const { wallMs, monotonicMs } = this.#now();
    return wallMs - monotonicMs - this.#wallAheadMs;
  }

  #now(): { wallMs: number; monotonicMs: number } {
    return { wallMs: this.#o.clock.wallMs(), monotonicMs: this.#o.clock.monotonicMs() };
  }

  #sinceStartMs(): number {
    return this.#o.clock.monotonicMs() - this.#startedMonotonicMs;
  }
}
