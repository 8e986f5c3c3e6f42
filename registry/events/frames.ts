import type { ProblemCode } from '@gantry/protocol/errors.js';
import { encodePosition, type Position } from './position.js';

/** What is sent on an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). */

/** First of all: how long to wait before coming back after a broken connection. */
export const hello = 'retry: 2000\n\n';

/** What happened since the last batch; JSON has no line breaks of its own. */
export const batch = (items: readonly string[], reached: Position): string =>
  `id: ${encodePosition(reached)}\ndata: {"items":[${items.join(',')}]}\n\n`;

/** Something was not told: everything shown must be read anew. */
export const reset = (reached: Position): string =>
  `id: ${encodePosition(reached)}\nevent: reset\ndata: {}\n\n`;

/** Nothing happened; the place moves on all the same, so that coming back later begins from there. */
export const heartbeat = (reached: Position): string => `: still here\nid: ${encodePosition(reached)}\n\n`;

/** The end for whoever listens: coming back is of no use. */
export const bye = (code: ProblemCode): string => `event: bye\ndata: ${JSON.stringify({ code })}\n\n`;
