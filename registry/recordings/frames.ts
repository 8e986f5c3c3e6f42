import { notFound } from '../errors.js';
import { BrokenMp4 } from './mp4/boxes.js';
import { cutFragments } from './mp4/fragments.js';
import { runFfmpeg } from './ffmpeg.js';
import type { SeekableSegment, Seeker } from './seek.js';
import { createTurns } from './turns.js';

/** Still pictures out of recordings. */
export interface Frames {
  /**
   * A JPEG of what a segment shows `offsetMs` after its start, to the half second. Rejects with `not_found`
   * when its bytes are gone, `unavailable` when too many ask at once or ffmpeg is missing.
   */
  frameAt(segment: PicturedSegment, offsetMs: number): Promise<Uint8Array>;
}

export type PicturedSegment = SeekableSegment & { id: string };

/** A player that is dragged along its bar asks for many: times this close share a picture. */
export const frameStepMs = 500;
const timeoutMs = 10_000;
/** Frames are at most a second apart in a fragment: with this much after the instant one follows it. */
const afterUs = 1_100_000;

export function createFrames(
  seeker: Seeker,
  limits = { atOnce: 2, waiting: 20, cacheBytes: 16 * 1024 * 1024 },
): Frames {
  const turns = createTurns(
    limits,
    'Too many pictures are asked for at this moment. Try again in a few seconds.',
  );
  /** In the order of use; the promise itself is kept, so that who asks meanwhile waits for the same picture. */
  const kept = new Map<string, { picture: Promise<Uint8Array>; sizeBytes: number }>();
  let keptBytes = 0;

  const forget = (key: string): void => {
    keptBytes -= kept.get(key)?.sizeBytes ?? 0;
    kept.delete(key);
  };
  const make = async (key: string, segment: PicturedSegment, offsetMs: number) => {
    try {
      const picture = await turns
        .take(() => draw(seeker, segment, offsetMs))
        .catch((error: unknown) => {
          throw error instanceof BrokenMp4 ? notFound('picture', segment.id) : error;
        });
      const entry = kept.get(key);
      if (entry === undefined) return picture;
      entry.sizeBytes = picture.byteLength;
      keptBytes += picture.byteLength;
      for (const oldest of kept.keys()) {
        if (keptBytes <= limits.cacheBytes) break;
        forget(oldest);
      }
      return picture;
    } catch (error) {
      forget(key);
      throw error;
    }
  };

  return {
    frameAt(segment, offsetMs) {
      const stepMs = Math.floor(offsetMs / frameStepMs) * frameStepMs;
      const key = `${segment.id}@${stepMs}`;
      const known = kept.get(key);
      if (known !== undefined) {
        kept.delete(key);
        kept.set(key, known);
        return known.picture;
      }
      const entry = { picture: Promise.resolve<Uint8Array>(new Uint8Array(0)), sizeBytes: 0 };
      kept.set(key, entry);
      entry.picture = make(key, segment, stepMs);
      return entry.picture;
    },
  };
}

async function draw(seeker: Seeker, segment: PicturedSegment, offsetMs: number): Promise<Uint8Array> {
  const fromUs = offsetMs * 1_000;
  const opened = await seeker.openAt(segment, fromUs);
  const needed = [opened.init];
  let firstUs: number | null = null;
  try {
    for await (const fragment of cutFragments(opened.fragments, { fromUs, toUs: fromUs + afterUs })) {
      firstUs ??= fragment.startUs;
      needed.push(fragment.moof, fragment.mdat);
    }
  } finally {
    await opened.close();
  }
  const skipSeconds = Math.max(0, fromUs - (firstUs ?? 0)) / 1_000_000;
  const picture = [
    '-an',
    '-frames:v',
    '1',
    '-c:v',
    'mjpeg',
    '-q:v',
    '4',
    '-threads',
    '1',
    '-f',
    'image2pipe',
  ];
  const attempt = (args: readonly string[]): Promise<Buffer> =>
    runFfmpeg({ args, input: pieces(needed), output: 'pipe:1', timeoutMs });
  const exact = await attempt(['-ss', skipSeconds.toFixed(3), ...picture]);
  // The last moments of a segment have no later frame: the one it starts with is near enough.
  const drawn = exact.byteLength > 0 ? exact : await attempt(picture);
  if (drawn.byteLength === 0) throw notFound('picture', segment.id);
  return drawn;
}

async function* pieces(bytes: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of bytes) yield piece;
}
