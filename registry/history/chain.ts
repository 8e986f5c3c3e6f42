import { createHash } from 'node:crypto';
import type { TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';

/** What an entry says; its number in the table is no part of it. */
export interface ChainedEntry {
  at: Date;
  actorKind: Actor['kind'];
  actorId: string | null;
  actorName: string;
  tenantId: TenantId;
  targetKind: string;
  targetId: string;
  operation: string;
  sentence: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  ip: string | null;
  userAgent: string | null;
}

/**
 * JSON with the keys of every object in order: the same text however a database or a parser kept the object.
 * `undefined` is left out, as JSON does.
 */
export function canonicalJson(value: unknown): string {
  const plain: unknown = JSON.parse(JSON.stringify(value) ?? 'null');
  return JSON.stringify(plain, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** sha-256 over the entry before and this one, hex; the first entry of a tenant follows on nothing (`null`). */
export function hashOf(previousHash: string | null, entry: ChainedEntry): string {
  const { at, actorKind, actorId, actorName, tenantId, targetKind, targetId } = entry;
  const { operation, sentence, before, after, ip, userAgent } = entry;
  const said = { actorKind, actorId, actorName, tenantId, targetKind, targetId, operation, sentence };
  const text = canonicalJson({ previousHash, at: at.toISOString(), ...said, before, after, ip, userAgent });
  return createHash('sha256').update(text).digest('hex');
}

export interface KeptEntry extends ChainedEntry {
  id: number;
  previousHash: string | null;
  hash: string | null;
}

/** Where a chain does not hold, and what that means. */
export interface ChainBreak {
  /** Of the entry at which it shows; null: at the end. */
  id: number | null;
  why: 'changed' | 'gap' | 'unchained' | 'end_missing';
}

/**
 * Follows a chain from its first entry on. Entries from before chains were kept have no hash and stand first.
 * Give it the entries in order of id, piece by piece; `end` compares with the head that is kept aside.
 */
export class ChainWalk {
  entries = 0;
  hash: string | null = null;
  broken: ChainBreak | null = null;

  take(entry: KeptEntry): void {
    this.entries += 1;
    if (this.broken !== null) return;
    if (entry.hash === null) {
      if (this.hash !== null) this.broken = { id: entry.id, why: 'unchained' };
      return;
    }
    if (entry.previousHash !== this.hash) this.broken = { id: entry.id, why: 'gap' };
    else if (hashOf(this.hash, entry) !== entry.hash) this.broken = { id: entry.id, why: 'changed' };
    this.hash = entry.hash;
  }

  end(head: string | null): void {
    if (this.broken === null && this.hash !== head) this.broken = { id: null, why: 'end_missing' };
  }
}
