import type { IdentityKey } from '@gantry/protocol/camera.js';
import type { KnownRow } from './register-rows.js';

const keyOn = (channel: number, key: IdentityKey): string => `${key.kind}\0${key.value}\0${channel}`;

/**
 * The cameras that entries of one part may be, found by key and by the agent's own name for them, so that the
 * work of a part grows with its entries and not with their square. Cameras that share no key resemble each
 * other in nothing (see identity.ts `resemblance`): leaving them out changes no answer.
 */
export class KnownCameras {
  readonly #byKey = new Map<string, Set<KnownRow>>();
  readonly #byLocalId = new Map<string, Set<KnownRow>>();
  /** Answers name cameras in the order in which they were loaded. */
  readonly #places = new Map<KnownRow, number>();

  constructor(rows: readonly KnownRow[]) {
    for (const row of rows) this.add(row);
  }

  /** Takes a camera in, or once more after its keys or its local id changed. */
  add(row: KnownRow): void {
    if (!this.#places.has(row)) this.#places.set(row, this.#places.size);
    put(this.#byLocalId, row.localId, row);
    for (const key of row.keys) put(this.#byKey, keyOn(row.channel, key), row);
  }

  /** Cameras on this channel that share a key with the entry, and the one the agent calls so, on any channel. */
  near(entry: { localId: string; channel: number; keys: readonly IdentityKey[] }): KnownRow[] {
    const { localId, channel, keys } = entry;
    const named = [...(this.#byLocalId.get(localId) ?? [])].filter(
      // A camera that has another local id by now still stands under its former one.
      (row) => row.channel === channel || (row.holder === 'own' && row.localId === localId),
    );
    const alike = keys.flatMap((key) => [...(this.#byKey.get(keyOn(channel, key)) ?? [])]);
    const placeOf = (row: KnownRow): number => this.#places.get(row) ?? 0;
    return [...new Set([...named, ...alike])].sort((a, b) => placeOf(a) - placeOf(b));
  }
}

function put(index: Map<string, Set<KnownRow>>, key: string, row: KnownRow): void {
  const rows = index.get(key) ?? new Set();
  index.set(key, rows.add(row));
}

/** The same keys, in whatever order. */
export function isSameKeys(a: readonly IdentityKey[], b: readonly IdentityKey[]): boolean {
  const keysOf = (keys: readonly IdentityKey[]) => new Set(keys.map((key) => keyOn(0, key)));
  const [ours, theirs] = [keysOf(a), keysOf(b)];
  return ours.size === theirs.size && [...ours].every((key) => theirs.has(key));
}
