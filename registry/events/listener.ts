import type { ActingPrincipal } from '../access/principal.js';
import { batch, bye, heartbeat, hello, reset } from './frames.js';
import type { Hearing } from './hearing.js';
import { start, type Position } from './position.js';
import type { Standing } from './standing.js';
import { Waiting } from './told.js';

/** Stories kept for one listener that does not read; more, and it starts anew. */
export const mostWaiting = 2_000;
const heartbeatMs = 15_000;
/** Beyond what the connection itself holds; while it is full, everything else waits and tells its last state only. */
const bufferBytes = 64 * 1024;
/** Nothing was taken for so long: nobody is there any more. */
const deadMs = 60_000;

/** Why a stream ends. Only `locked_out` and `signed_out` are told; after the others it is worth coming back. */
export type End = 'changed' | 'locked_out' | 'signed_out' | 'closing' | 'dead';

/** One open event stream. */
export class Listener {
  readonly principal: ActingPrincipal;
  readonly hearing: Hearing;
  readonly standing: Standing;
  readonly waiting = new Waiting(mostWaiting);
  /** Everything up to here was told, waits, or was not for this listener. */
  reached: Position = start;
  /** What the HTTP answer reads. */
  readonly body: ReadableStream<Uint8Array>;
  readonly #onEnd: () => void;
  readonly #encoder = new TextEncoder();
  #out: ReadableStreamDefaultController<Uint8Array> | null = null;
  #wroteMs: number;

  constructor(o: {
    principal: ActingPrincipal;
    hearing: Hearing;
    standing: Standing;
    nowMs: number;
    onEnd: (listener: Listener) => void;
  }) {
    this.principal = o.principal;
    this.hearing = o.hearing;
    this.standing = o.standing;
    this.#wroteMs = o.nowMs;
    this.#onEnd = () => o.onEnd(this);
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#out = controller;
          this.#write(hello);
        },
        cancel: () => {
          this.#out = null;
          this.#onEnd();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: bufferBytes }),
    );
  }

  /** Sends what waits, if the listener reads; otherwise it waits on. */
  turn(nowMs: number): void {
    if (this.#out === null) return;
    if ((this.#out.desiredSize ?? 0) <= 0) {
      if (nowMs - this.#wroteMs >= deadMs) this.end('dead');
      return;
    }
    const { items, lost } = this.waiting.take();
    if (lost) this.#write(reset(this.reached));
    else if (items.length > 0) this.#write(batch(items, this.reached));
    else if (nowMs - this.#wroteMs >= heartbeatMs) this.#write(heartbeat(this.reached));
    else return;
    this.#wroteMs = nowMs;
  }

  end(why: End): void {
    const out = this.#out;
    if (out === null) return;
    if (why === 'locked_out') this.#write(bye('account_disabled'));
    if (why === 'signed_out') this.#write(bye('unauthenticated'));
    this.#out = null;
    out.close();
    this.#onEnd();
  }

  #write(text: string): void {
    this.#out?.enqueue(this.#encoder.encode(text));
  }
}
