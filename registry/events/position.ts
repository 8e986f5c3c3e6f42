/**
 * A place in the log: the number of the transaction that wrote an event, and the event's own number. Read in this
 * order, see db/schema/events.ts. Both may exceed 2^53.
 */
export interface Position {
  xid: bigint;
  position: bigint;
}

/** Before everything. */
export const start: Position = { xid: 0n, position: 0n };

/** `0.0`, sent by a client, asks for everything that is kept. */
export const isStart = ({ xid, position }: Position): boolean => xid === 0n && position === 0n;

/** `81402.5571`: opaque to clients, who send it back as `Last-Event-ID`. */
export const encodePosition = ({ xid, position }: Position): string => `${xid}.${position}`;

/** The inverse of {@link encodePosition}; null for anything this registry did not make. */
export function decodePosition(text: string): Position | null {
  const match = /^(\d{1,19})\.(\d{1,18})$/.exec(text);
  return match === null ? null : { xid: BigInt(match[1] ?? 0), position: BigInt(match[2] ?? 0) };
}

export const isBefore = (a: Position, b: Position): boolean =>
  a.xid < b.xid || (a.xid === b.xid && a.position < b.position);
