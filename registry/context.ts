import type { IdKind, newId } from '@gantry/protocol/ids.js';
import type { Changes } from './changes.js';
import type { Clock } from './clock.js';
import type { Database } from './db/database.js';
import type { Log } from './log.js';

/**
 * Everything a request or a message needs, made once in registry.ts. Parts declare the few members they use
 * (`Pick<Context, 'db' | 'changes'>`), tests override what they want to see.
 */
export interface Context {
  log: Log;
  clock: Clock;
  /** Cryptographically strong bytes. */
  random: (sizeBytes: number) => Uint8Array;
  newId: <Kind extends IdKind>(kind: Kind) => ReturnType<typeof newId<Kind>>;
  db: Database;
  changes: Changes;
  /** Epoch of desired states: grows when the generations of a database were lost or turned back. */
  epoch: number;
  /** Signs playback tickets; kept in the database so that every registry process knows it. */
  playbackSecret: Uint8Array;
  /** Seals secrets of second factors at rest; `graceMs`: how long after the first sign-in one may be missing. */
  secondFactor: { sealingKey: Uint8Array; graceMs: number };
  /** How people reach this registry: `https://cams.example.com`, no trailing slash. */
  publicUrl: () => string;
  /** How agents reach the broker. */
  agentMqttUrl: () => string;
}
