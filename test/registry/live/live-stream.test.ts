import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import { liveCloses, type LiveWish } from '@gantry/protocol/live.js';
import { createLiveStream, liveTimes, type LiveStream } from '@gantry/registry/live/live-stream.js';
import { unreadLimitBytes } from '@gantry/registry/live/viewer.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fragment, init, numbersIn } from './media.js';

const cameraId = 'cam_01ZZZZZZZZZZZZZZZZZZZZZZZZ' as CameraId;
const agentId = 'agt_01ZZZZZZZZZZZZZZZZZZZZZZZZ' as AgentId;

let stream: LiveStream;
let wishes: LiveWish[];
let closes: { code: number; reason: string }[];
let isOver: boolean;
let sentBytes: number;

const create = (o: { groupLimitBytes?: number } = {}) => {
  wishes = [];
  closes = [];
  isOver = false;
  sentBytes = 0;
  stream = createLiveStream({
    agentId,
    cameraId,
    stream: 'main',
    streamId: 's'.repeat(22),
    ticket: 't'.repeat(43),
    say: (wish) => wishes.push(wish),
    onSent: (sizeBytes) => (sentBytes += sizeBytes),
    onOver: () => (isOver = true),
    ...o,
  });
};
const sender = { close: (code: number, reason: string) => void closes.push({ code, reason }) };
const may = async () => undefined;
const view = () => stream.view(may);

/** All that a viewer gets until the stream ends. */
async function all(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const end = () => stream.end(liveCloses.sourceEnded, 'The camera ended the video.');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  create();
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

describe('a stream', () => {
  it('asks the agent often until it dials, then only to renew the lease', () => {
    vi.advanceTimersByTime(1_400);
    expect(wishes).toHaveLength(3);
    stream.connected(sender);
    stream.take(init());
    view();
    vi.advanceTimersByTime(6_000);
    expect(wishes).toHaveLength(6);
    expect(wishes.every(({ leaseMs }) => leaseMs === liveTimes.leaseMs)).toBe(true);
  });

  it('is ready with its first piece, for all who wait', async () => {
    const waiting = [stream.ready(), stream.ready()];
    stream.connected(sender);
    stream.take(init());
    expect(await Promise.all(waiting)).toEqual([
      { video: 'h264', codecs: 'avc1.64001f' },
      { video: 'h264', codecs: 'avc1.64001f' },
    ]);
  });

  it('gives a new viewer the pictures from the last key one on, at once', async () => {
    stream.connected(sender);
    for (const piece of [init(), fragment(1, true), fragment(2), fragment(3, true), fragment(4)])
      stream.take(piece);
    const body = view();
    stream.take(fragment(5));
    end();
    expect(numbersIn(await all(body))).toEqual([3, 4, 5]);
  });

  it('counts what leaves for each of its viewers, and nothing that stays', async () => {
    stream.connected(sender);
    for (const piece of [init(), fragment(1, true)]) stream.take(piece);
    const [one, other, unread] = [view(), view(), view()];
    end();
    const received = (await all(one)).byteLength + (await all(other)).byteLength;
    expect(received).toBeGreaterThan(0);
    expect(sentBytes).toBe(received);
    await unread.cancel();
    expect(sentBytes).toBe(received);
  });

  it('shows nothing before the next key picture when it keeps no group', async () => {
    end();
    create({ groupLimitBytes: 8 });
    stream.connected(sender);
    for (const piece of [init(), fragment(1, true), fragment(2), fragment(3)]) stream.take(piece);
    const body = view();
    for (const piece of [fragment(4), fragment(5, true), fragment(6)]) stream.take(piece);
    end();
    expect(numbersIn(await all(body))).toEqual([5, 6]);
  });

  it('waits for a key picture after the agent left some out', async () => {
    stream.connected(sender);
    for (const piece of [init(), fragment(1, true)]) stream.take(piece);
    const body = view();
    for (const piece of [fragment(2), fragment(5), fragment(6), fragment(7, true), fragment(8)])
      stream.take(piece);
    end();
    expect(numbersIn(await all(body))).toEqual([1, 2, 7, 8]);
  });

  it('leaves pictures out for who does not read, up to a key one, and for nobody else', async () => {
    const sizeBytes = unreadLimitBytes / 4;
    stream.connected(sender);
    for (const piece of [init(), fragment(1, true, sizeBytes)]) stream.take(piece);
    const [slow, quick] = [view(), view()];
    const reading = all(quick);
    for (let sequence = 2; sequence <= 20; sequence += 1) {
      stream.take(fragment(sequence, sequence % 5 === 1, sizeBytes));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const late = slow.getReader();
    const held: Uint8Array[] = [];
    for (let i = 0; i < 5; i += 1) held.push((await late.read()).value ?? new Uint8Array());
    stream.take(fragment(21, true, sizeBytes));
    held.push((await late.read()).value ?? new Uint8Array());
    expect(numbersIn(Buffer.concat(held), sizeBytes)).toEqual([1, 2, 3, 4, 21]);
    end();
    expect(numbersIn(await reading, sizeBytes)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
  });

  it('outlives its last viewer a little, and ends then for the agent too', async () => {
    stream.connected(sender);
    stream.take(init());
    await view().cancel();
    vi.advanceTimersByTime(liveTimes.lingerMs - 1);
    expect(isOver).toBe(false);
    const again = view();
    vi.advanceTimersByTime(60_000);
    expect(isOver).toBe(false);
    await again.cancel();
    vi.advanceTimersByTime(liveTimes.lingerMs);
    expect(isOver).toBe(true);
    expect(closes).toEqual([{ code: liveCloses.unwatched, reason: 'Nobody watches any more.' }]);
    expect(wishes.at(-1)?.leaseMs).toBe(0);
  });
});

describe('a stream that does not come', () => {
  it.each([
    [
      'the agent says why',
      () => stream.told({ outcome: 'failed', detail: 'The camera refused the login.' }),
      'login',
    ],
    ['nothing is heard', () => vi.advanceTimersByTime(liveTimes.answerMs), 'does not answer'],
    [
      'no picture comes',
      () => {
        stream.told({ outcome: 'opening', detail: null });
        vi.advanceTimersByTime(liveTimes.startMs);
      },
      'in time',
    ],
    [
      'the agent hangs up',
      () => (stream.connected(sender), stream.disconnected(sender, 'The box stops.')),
      'box',
    ],
    [
      'what comes cannot be shown',
      () => (stream.connected(sender), stream.take(fragment(0, true))),
      'cannot be shown',
    ],
  ])('tells who waits: %s', async (_, happen, detail) => {
    const waiting = stream.ready().catch((error: unknown) => error);
    happen();
    expect(await waiting).toMatchObject({ code: 'unavailable', message: expect.stringContaining(detail) });
    expect(isOver).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('a stream that may not be watched any more is cut, whatever is still unread', async () => {
  stream.connected(sender);
  for (const piece of [init(), fragment(1, true)]) stream.take(piece);
  const reader = view().getReader();
  await reader.read();
  for (const watcher of stream.watchers()) watcher.end('cut');
  expect((await reader.read()).done).toBe(true);
});
