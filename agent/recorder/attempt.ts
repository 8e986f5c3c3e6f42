import { mkdir } from 'node:fs/promises';
import { ownFailure, sourceFailure, type Failure } from './outcome.js';
import { salvageCamera } from './salvage.js';
import { Session, type SessionEnd, type SessionOptions } from './session.js';
import type { OpenedSource } from './spec.js';

export interface AttemptOptions extends SessionOptions {
  openSource: () => Promise<OpenedSource>;
  /** Rejects while the disk that is recorded to is not there. */
  checkDisk: () => Promise<void>;
}

/**
 * One try to record: open the source, run one ffmpeg (one session) until it ends, is stopped or gets nowhere, and
 * hand over every segment including the last. Never rejects for what a camera, ffmpeg or the disk does.
 */
export async function runAttempt(o: AttemptOptions): Promise<SessionEnd> {
  const salvage = (): Promise<number> => salvageCamera(o.cameraFolder, o);
  const notStarted = (failure: Failure): SessionEnd =>
    o.signal.aborted ? { kind: 'stopped' } : { kind: 'failed', failure, recordedMs: 0, bytesPerSecond: 0 };
  try {
    await o.checkDisk();
    await mkdir(o.cameraFolder, { recursive: true });
    // Segments an earlier session could not hand over (full disk) go first.
    await salvage();
    const source = await openUnlessStopped(o);
    if (source === null) return { kind: 'stopped' };
    if ('unavailable' in source) return notStarted(sourceFailure(source.unavailable));
    try {
      return await new Session(o, source).record();
    } finally {
      await source.close();
      await salvage().catch((error: unknown) =>
        o.log.error({ err: error }, 'segments wait in the recorder folder'),
      );
    }
  } catch (error) {
    o.log.error({ err: error, cameraId: o.spec.cameraId }, 'an attempt to record failed on our side');
    return notStarted(ownFailure(error));
  }
}

/** Null when stopped meanwhile; a source that opens too late is closed. */
async function openUnlessStopped({ openSource, signal }: AttemptOptions): Promise<OpenedSource | null> {
  if (signal.aborted) return null;
  const opening = openSource();
  let onAbort = (): void => {};
  const stopped = new Promise<null>((resolve) => {
    onAbort = () => resolve(null);
    signal.addEventListener('abort', onAbort);
  });
  try {
    const source = await Promise.race([opening, stopped]);
    if (source === null) void opening.then(closeSource, () => {});
    return source;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function closeSource(source: OpenedSource): Promise<void> {
  if (!('unavailable' in source)) await source.close();
}
