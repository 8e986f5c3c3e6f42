import { Duplex } from 'node:stream';
import { FrameGuard, type FrameLimits } from './frame-guard.js';

/**
 * A client's byte stream behind a {@link FrameGuard}. It can be held: nothing more is read from the network
 * then, so that an agent that sends faster than we work waits in its own send buffer.
 */
export class GuardedConnection extends Duplex {
  readonly #inner: Duplex;
  #held = false;
  #wanted = false;

  constructor(inner: Duplex, limits: FrameLimits) {
    super({ allowHalfOpen: false });
    this.#inner = inner;
    const guard = new FrameGuard(limits);
    inner.on('data', (chunk: Buffer) => {
      const fault = guard.take(chunk);
      if (fault !== null) {
        this.destroy(new Error(fault));
        return;
      }
      this.#wanted = this.push(chunk);
      if (!this.#wanted) inner.pause();
    });
    inner.on('end', () => this.push(null));
    inner.on('error', (error) => this.destroy(error));
    inner.on('close', () => this.destroy());
  }

  hold(): void {
    this.#held = true;
    this.#inner.pause();
  }

  release(): void {
    this.#held = false;
    if (this.#wanted) this.#inner.resume();
  }

  override _read(): void {
    this.#wanted = true;
    if (!this.#held) this.#inner.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#inner.write(chunk, done);
  }

  override _writev(
    chunks: { chunk: Buffer; encoding: BufferEncoding }[],
    done: (error?: Error | null) => void,
  ): void {
    this.#inner.write(Buffer.concat(chunks.map(({ chunk }) => Buffer.from(chunk))), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#inner.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inner.destroy();
    done(error);
  }
}
