import type { MediaPiece } from '@gantry/agent/live/fragment-cutter.js';
import { openLiveOutlet, type LiveOutlet } from '@gantry/agent/live/live-outlet.js';
import { liveCloses } from '@gantry/protocol/live.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { newStreamId, openDoor, type Door } from './live-site.js';

let door: Door;
let outlet: LiveOutlet;
beforeEach(async () => {
  door = await openDoor();
});
afterEach(async () => {
  outlet.close(liveCloses.unwatched, 'The test is over.');
  await door.close();
});

const open = (unsentLimitBytes: number) =>
  (outlet = openLiveOutlet({
    registryUrl: door.url,
    wish: { streamId: newStreamId(), ticket: 't'.repeat(43) },
    bearer: 'device-token',
    nowMs: () => 1_000,
    unsentLimitBytes,
  }));
const connected = () => until(() => door.dialled[0], { what: 'the connection' });
const arrived = () => door.dialled[0]?.pieces ?? [];

const init: MediaPiece = { kind: 'init', isKey: false, bytes: Buffer.from('init') };
const fragment = (isKey: boolean, sizeBytes = 10): MediaPiece => ({
  kind: 'fragment',
  isKey,
  bytes: Buffer.alloc(sizeBytes),
});

describe('the way to the registry', () => {
  it('keeps what comes while it dials, from the last key picture on', async () => {
    open(1_000);
    for (const piece of [init, fragment(true), fragment(false), fragment(true, 20), fragment(false)])
      outlet.send(piece);
    await connected();
    await until(() => arrived().length === 3, { what: 'init, key and one more' });
    expect(arrived().map(({ kind, isKey, sequence, atMs }) => ({ kind, isKey, sequence, atMs }))).toEqual([
      { kind: 'init', isKey: false, sequence: 0, atMs: 1_000 },
      { kind: 'fragment', isKey: true, sequence: 3, atMs: 1_000 },
      { kind: 'fragment', isKey: false, sequence: 4, atMs: 1_000 },
    ]);
  });

  it('lets go of what grows too long while it dials', async () => {
    open(1_000);
    for (const piece of [init, fragment(true, 600), fragment(false, 600), fragment(false)])
      outlet.send(piece);
    outlet.send(fragment(true));
    await connected();
    await until(() => arrived().length === 2, { what: 'init and the next key' });
    expect(arrived().map(({ sequence }) => sequence)).toEqual([0, 4]);
  });

  it('leaves pictures out, up to a key one, when the line does not take them', async () => {
    open(1_000_000);
    outlet.send(init);
    const { socket } = await connected();
    await until(() => arrived().length === 1, { what: 'the init' });
    socket.pause();
    // More than the kernel's buffers of both ends hold.
    for (let group = 0; group < 10; group += 1) {
      outlet.send(fragment(true, 1_000_000));
      for (let i = 0; i < 3; i += 1) outlet.send(fragment(false, 1_000_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.resume();
    await until(
      () => {
        outlet.send(fragment(true));
        return arrived().at(-1)?.media.byteLength === 10;
      },
      { what: 'a picture after the line is free again' },
    );
    const pieces = arrived();
    const afterGaps = pieces.filter(
      ({ sequence }, index) => index > 0 && sequence !== (pieces[index - 1]?.sequence ?? 0) + 1,
    );
    expect(afterGaps.length).toBeGreaterThan(0);
    expect(afterGaps.every(({ isKey }) => isKey)).toBe(true);
    expect(pieces.length).toBeLessThan(40);
  });

  it('tells why it could not be made', async () => {
    await door.close();
    open(1_000);
    expect(await outlet.closed).toMatchObject({
      code: 1006,
      reason: expect.stringContaining('ECONNREFUSED'),
    });
    door = await openDoor();
  });
});
