export interface RateLimit {
  /** Tries in a row that are let through. */
  burst: number;
  /** Tries a second that are let through in the long run. */
  perSecond: number;
}

/**
 * Token buckets by key, in bounded memory: a key that was quiet long enough to be full again is forgotten,
 * and when more keys than `maxKeys` are busy at once, the longest quiet ones are.
 */
export class RateGuard {
  readonly #limit: RateLimit;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(limit: RateLimit, maxKeys = 10_000) {
    this.#limit = limit;
    this.#maxKeys = maxKeys;
  }

  /** Takes one try of `key`; false when it has none left. */
  take(key: string, nowMs: number): boolean {
    const tokens = this.#tokens(key, nowMs);
    const taken = tokens >= 1;
    // Deleting first moves the key to the end of the map's order: the front is the longest quiet.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: taken ? tokens - 1 : tokens, atMs: nowMs });
    if (this.#buckets.size > this.#maxKeys) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return taken;
  }

  /** Whether a try of `key` would be let through; takes nothing. */
  allows(key: string, nowMs: number): boolean {
    return this.#tokens(key, nowMs) >= 1;
  }

  #tokens(key: string, nowMs: number): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return this.#limit.burst;
    const refilled = ((nowMs - bucket.atMs) / 1000) * this.#limit.perSecond;
    return Math.min(this.#limit.burst, bucket.tokens + refilled);
  }
}
