import { gap, gapCauses, type Gap, type GapCause } from '@gantry/protocol/gap.js';
import { cameraId, gapId, type CameraId, type GapId } from '@gantry/protocol/ids.js';
import { z } from 'zod';
import { account, newCoverage, type ClosedGap, type Coverage, type Happening } from './coverage.js';

/** As it is kept on disk; times on the registry's clock. */
export const storedBook = z.strictObject({
  cameras: z.array(
    z.strictObject({
      cameraId,
      accountedToMs: z.int(),
      cause: z.enum(gapCauses).nullable(),
      open: z.strictObject({ gapId, fromMs: z.int(), cause: z.enum(gapCauses) }).nullable(),
    }),
  ),
  untold: z.array(gap.omit({ clockOffsetMs: true })),
});
export type StoredBook = z.infer<typeof storedBook>;

interface Entry {
  coverage: Coverage;
  open: {
    gapId: GapId;
    /** The registry may have heard that it is open, so it must hear that it ended. */
    mayBeKnown: boolean;
    /** That it is open is still to be told. */
    isDue: boolean;
  } | null;
}
type Told = StoredBook['untold'][number];
/** A closed gap; `mayBeKnown` as above. */
type Untold = Told & { mayBeKnown: boolean };

const toldOf = ({ gapId: id, cameraId: of, fromMs, toMs, cause }: Untold): Told => ({
  gapId: id,
  cameraId: of,
  fromMs,
  toMs,
  cause,
});

/** A box that is offline for months must not fill its disk with gaps. */
export const maxUntold = 10_000;

/** Which gaps there are, by whose id, and which the registry has not heard of. In memory only. */
export class GapBook {
  readonly #newGapId: () => GapId;
  readonly #cameras = new Map<CameraId, Entry>();
  readonly #untold = new Map<GapId, Untold>();

  constructor(newGapId: () => GapId, stored: StoredBook = { cameras: [], untold: [] }) {
    this.#newGapId = newGapId;
    for (const { cameraId: id, open, ...coverage } of stored.cameras) {
      this.#cameras.set(id, {
        coverage: { ...coverage, open },
        open: open === null ? null : { gapId: open.gapId, mayBeKnown: true, isDue: true },
      });
    }
    for (const one of stored.untold) this.#untold.set(one.gapId, { ...one, mayBeKnown: true });
  }

  cameras(): IterableIterator<CameraId> {
    return this.#cameras.keys();
  }

  coverageOf(id: CameraId): Coverage | null {
    return this.#cameras.get(id)?.coverage ?? null;
  }

  /** Begins the account of a camera that has none. */
  begin(id: CameraId, atMs: number, cause: GapCause | null): void {
    if (this.#cameras.has(id)) return;
    const coverage = newCoverage(atMs, cause);
    this.#cameras.set(id, { coverage, open: this.#idFor(coverage) });
  }

  /** True when something changed that is worth telling or writing. */
  take(id: CameraId, happening: Happening): boolean {
    const entry = this.#cameras.get(id);
    if (!entry) return false;
    const { coverage, closed } = account(entry.coverage, happening);
    for (const ended of closed) this.#close(id, ended, entry.open);
    const goesOn = coverage.open !== null && closed.every(({ wasOpen }) => !wasOpen) && entry.open !== null;
    const opened = goesOn ? entry.open : this.#idFor(coverage);
    this.#cameras.set(id, { coverage, open: opened });
    return closed.length > 0 || opened !== entry.open;
  }

  /** At most `limit` gaps to tell, oldest first; from now on the registry may know them. */
  offer(limit: number): StoredBook['untold'] {
    const open = [...this.#cameras].flatMap(([id, { coverage, open: named }]) =>
      coverage.open === null || named === null || !named.isDue
        ? []
        : [{ named, told: openGap(id, named.gapId, coverage.open) }],
    );
    const closed = [...this.#untold.values()].slice(0, limit);
    for (const one of closed) one.mayBeKnown = true;
    const opening = open.slice(0, limit - closed.length);
    for (const { named } of opening) Object.assign(named, { mayBeKnown: true, isDue: false });
    return [...closed.map(toldOf), ...opening.map(({ told }) => told)];
  }

  /** The offer did not arrive, as far as we know: it is made again. */
  withdraw(gaps: readonly Pick<Gap, 'gapId'>[]): void {
    const ids = new Set(gaps.map((one) => one.gapId));
    // Closed ones stay due until they are told.
    for (const { open } of this.#cameras.values()) if (open && ids.has(open.gapId)) open.isDue = true;
  }

  told(gaps: readonly Pick<Gap, 'gapId' | 'toMs'>[]): void {
    for (const { gapId: id, toMs } of gaps) {
      // One that was told while it was open has perhaps ended meanwhile: its end is still to be told.
      if (toMs !== null) this.#untold.delete(id);
    }
  }

  stored(): StoredBook {
    return {
      cameras: [...this.#cameras].map(([id, { coverage, open }]) => ({
        cameraId: id,
        accountedToMs: coverage.accountedToMs,
        cause: coverage.cause,
        open: coverage.open && open ? { gapId: open.gapId, ...coverage.open } : null,
      })),
      untold: [...this.#untold.values()].map(toldOf),
    };
  }

  #idFor({ open }: Coverage): Entry['open'] {
    return open === null ? null : { gapId: this.#newGapId(), mayBeKnown: false, isDue: true };
  }

  #close(id: CameraId, { fromMs, toMs, cause, wasOpen }: ClosedGap, open: Entry['open']): void {
    if (wasOpen && open !== null) {
      // It turned out to be none, and nobody was told that it was one.
      if (toMs === fromMs && !open.mayBeKnown) return;
      this.#untold.set(open.gapId, {
        gapId: open.gapId,
        cameraId: id,
        fromMs,
        toMs,
        cause,
        mayBeKnown: open.mayBeKnown,
      });
    } else if (toMs > fromMs && !this.#extends(id, { fromMs, toMs, cause })) {
      const fresh = this.#newGapId();
      this.#untold.set(fresh, { gapId: fresh, cameraId: id, fromMs, toMs, cause, mayBeKnown: false });
    }
    this.#bound();
  }

  /** Segment after segment given up makes one gap, as long as nobody was told of it. */
  #extends(id: CameraId, { fromMs, toMs, cause }: Omit<ClosedGap, 'wasOpen'>): boolean {
    for (const one of this.#untold.values()) {
      if (one.cameraId !== id || one.cause !== cause || one.toMs !== fromMs || one.mayBeKnown) continue;
      one.toMs = toMs;
      return true;
    }
    return false;
  }

  /** What nobody asked for is forgotten before what somebody may miss. */
  #bound(): void {
    if (this.#untold.size <= maxUntold) return;
    const all = [...this.#untold.values()];
    const victim = all.find(({ cause }) => cause === 'not_wanted') ?? all[0];
    if (victim) this.#untold.delete(victim.gapId);
  }
}

const openGap = (
  id: CameraId,
  named: GapId,
  open: NonNullable<Coverage['open']>,
): StoredBook['untold'][number] => ({
  gapId: named,
  cameraId: id,
  fromMs: open.fromMs,
  toMs: null,
  cause: open.cause,
});
