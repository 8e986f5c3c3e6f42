import type { CameraId, SegmentId } from '@gantry/protocol/ids.js';
import type { SpooledSegment } from './spooled-segment.js';

/** The segments that wait, by camera and time: which goes next, which is given up first. In memory only. */
export class Waiting {
  readonly #byCamera = new Map<CameraId, SpooledSegment[]>();
  readonly #byId = new Map<SegmentId, SpooledSegment>();
  readonly #held = new Set<SegmentId>();
  #sizeBytes = 0;
  #newestNext = true;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }
  get segments(): number {
    return this.#byId.size;
  }
  /** Start of the oldest segment, agent clock; null when nothing waits. */
  get oldestAtMs(): number | null {
    let oldest: number | null = null;
    for (const [first] of this.#byCamera.values()) {
      if (first && (oldest === null || first.meta.startedAtMs < oldest)) oldest = first.meta.startedAtMs;
    }
    return oldest;
  }

  add(segment: SpooledSegment): void {
    const { cameraId, startedAtMs, sizeBytes } = segment.meta;
    const line = this.#byCamera.get(cameraId) ?? [];
    const place = line.findLastIndex((other) => other.meta.startedAtMs <= startedAtMs) + 1;
    line.splice(place, 0, segment);
    this.#byCamera.set(cameraId, line);
    this.#byId.set(segment.meta.id, segment);
    this.#sizeBytes += sizeBytes;
  }

  remove(id: SegmentId): SpooledSegment | null {
    const segment = this.#byId.get(id);
    if (!segment) return null;
    const { cameraId, sizeBytes } = segment.meta;
    const rest = (this.#byCamera.get(cameraId) ?? []).filter((other) => other !== segment);
    if (rest.length > 0) this.#byCamera.set(cameraId, rest);
    else this.#byCamera.delete(cameraId);
    this.#held.delete(id);
    this.#byId.delete(id);
    this.#sizeBytes -= sizeBytes;
    return segment;
  }

  /**
   * Two lanes take turns: the newest segment, so that a customer sees what happens now, and the oldest, so that a
   * backlog ends. What is given out is held: not given again and not evicted until released or removed.
   */
  take(exclude: ReadonlySet<CameraId>): SpooledSegment | null {
    let best: SpooledSegment | null = null;
    for (const [cameraId, line] of this.#byCamera) {
      if (exclude.has(cameraId)) continue;
      const free = (segment: SpooledSegment): boolean => !this.#held.has(segment.meta.id);
      const candidate = this.#newestNext ? line.findLast(free) : line.find(free);
      if (candidate && (best === null || this.#goesBefore(candidate, best))) best = candidate;
    }
    if (!best) return null;
    this.#newestNext = !this.#newestNext;
    this.#held.add(best.meta.id);
    return best;
  }

  release(id: SegmentId): void {
    this.#held.delete(id);
  }

  /** The oldest segment of the camera that takes most room: the loss is shared, no quiet camera pays for a loud one. */
  evictable(): SpooledSegment | null {
    let candidate: SpooledSegment | null = null;
    let mostBytes = 0;
    for (const line of this.#byCamera.values()) {
      const bytes = line.reduce((sum, segment) => sum + segment.meta.sizeBytes, 0);
      const oldest = line.find((segment) => !this.#held.has(segment.meta.id));
      if (oldest && bytes > mostBytes) [candidate, mostBytes] = [oldest, bytes];
    }
    return candidate;
  }

  #goesBefore(a: SpooledSegment, b: SpooledSegment): boolean {
    const olderBy = b.meta.startedAtMs - a.meta.startedAtMs;
    return this.#newestNext ? olderBy < 0 : olderBy > 0;
  }
}
