import { streamOf } from '@gantry/registry/http/body.js';
import { expect, it } from 'vitest';

/** A source that knows whether it was let go of. */
function source() {
  const state = { isOpen: true };
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for (let count = 0; count < 3; count += 1) yield Uint8Array.of(count);
    } finally {
      state.isOpen = false;
    }
  }
  return { state, bytes: bytes() };
}

it('an answer gives all bytes of its source, in order', async () => {
  const { state, bytes } = source();
  expect([...new Uint8Array(await new Response(streamOf(bytes)).arrayBuffer())]).toEqual([0, 1, 2]);
  expect(state.isOpen).toBe(false);
});

it.each([0, 1, 2])('an answer that is broken off after %i chunks lets go of its source', async (reads) => {
  const { state, bytes } = source();
  const reader = streamOf(bytes).getReader();
  for (let read = 0; read < reads; read += 1) await reader.read();
  await reader.cancel();
  expect(state.isOpen).toBe(false);
});
