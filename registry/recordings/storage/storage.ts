/** What a stored object must turn out to be. */
export interface Expected {
  sizeBytes: number;
  /** Hex. */
  sha256: string;
}

export interface StoredObject {
  key: string;
  sizeBytes: number;
  storedAtMs: number;
}

/** First byte, and first byte after the range. */
export interface ByteRange {
  startByte: number;
  endByte: number;
}

/** Takes bytes that do not pass through this process. */
export interface DirectStorage {
  /** An address that takes exactly the expected bytes for so long, by PUT with these headers. */
  sign(
    key: string,
    expected: Expected,
    forMs: number,
  ): Promise<{ url: string; headers: Record<string, string> }>;
  /**
   * Makes what was put at `from` the object `to`, without reading it where the server vouches for its digest.
   * Rejects with `not_found`, or with `digest_mismatch` when the bytes are not those expected; `to` is not there
   * then. What is put at `from` later does not change `to`.
   */
  adopt(from: string, to: string, expected: Expected): Promise<void>;
}

/**
 * Where the registry keeps bytes. One conformance suite runs against every implementation
 * (`test/registry/recordings/storage/conformance.ts`).
 */
export interface Storage {
  readonly kind: 'filesystem' | 's3';
  /**
   * Stores a stream under a key; an object that was there is replaced. Resolves when the bytes are durable.
   * Rejects, with nothing stored and an older object left as it was, when the stream fails, when size or
   * digest are not as expected (`digest_mismatch`), when `accept` throws, or when there is no room
   * (`storage_full`). `accept` has the last word: it is called once all bytes are here and right.
   */
  put(key: string, body: AsyncIterable<Uint8Array>, expected: Expected, accept?: () => void): Promise<void>;
  /** The object's bytes, or a range of them. Rejects with `not_found`. Ending the iteration early frees it. */
  get(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
  head(key: string): Promise<StoredObject | null>;
  /** An absent object is deleted already. */
  delete(key: string): Promise<void>;
  /** Every object whose key starts with `prefix` (a whole number of levels: `segments/`). No order. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Absent where all bytes pass through this process. */
  direct?: DirectStorage;
  close(): void;
}
