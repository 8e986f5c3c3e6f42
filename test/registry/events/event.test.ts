import { eventTypes, matches, namesSomething, storyOf } from '@gantry/registry/events/event.js';
import { decodePosition, encodePosition, isBefore } from '@gantry/registry/events/position.js';
import { Waiting } from '@gantry/registry/events/told.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test.each([
  [['*'], 'camera.bound', true],
  [['camera.*'], 'camera.recording.reported', true],
  [['camera.recording.*'], 'camera.bound', false],
  [['tenant.*', 'camera.bound'], 'camera.bound', true],
  [['camera.bound'], 'camera.unbound', false],
  [[], 'camera.bound', false],
] as const)('%j names %s: %s', (patterns, type, expected) => {
  expect(matches(patterns, type)).toBe(expected);
});

test.each(['camera.*', '*', 'tenant.stop.*', ...eventTypes])('%s names something', (pattern) => {
  expect(namesSomething(pattern)).toBe(true);
});

test.each(['', 'cameras.*', 'camera.', 'camera.bound.*', '**', 'c*', 'camera.*.bound', '.*'])(
  '"%s" names nothing',
  (pattern) => expect(namesSomething(pattern)).toBe(false),
);

const place = fc.record({ xid: fc.bigInt(0n, 2n ** 62n), position: fc.bigInt(0n, 10n ** 18n - 1n) });

test('a place in the log is read back as it was written, and places have one order', () => {
  fc.assert(
    fc.property(place, place, (a, b) => {
      expect(decodePosition(encodePosition(a))).toEqual(a);
      const same = a.xid === b.xid && a.position === b.position;
      expect([isBefore(a, b), isBefore(b, a), same].filter(Boolean)).toHaveLength(1);
    }),
  );
});

test.each(['', '1', '1.', '.1', '-1.2', '1.2.3', '1e3.1', ' 1.2', '9'.repeat(20) + '.1'])(
  '"%s" is no place in the log',
  (text) => expect(decodePosition(text)).toBeNull(),
);

test('of each story the last event waits, in the order of the last events', () => {
  const waiting = new Waiting(10);
  for (const [story, json] of [
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
  ] as const)
    waiting.add({ story, json });
  expect(waiting.take()).toEqual({ items: ['2', '3'], lost: false });
  expect(waiting.take()).toEqual({ items: [], lost: false });
});

test('whoever has too much waiting has lost something, holds nothing, and begins anew', () => {
  const waiting = new Waiting(2);
  for (const story of ['a', 'b', 'c', 'd']) waiting.add({ story, json: story });
  expect(waiting.take()).toEqual({ items: [], lost: true });
  waiting.add({ story: 'e', json: 'e' });
  expect(waiting.take()).toEqual({ items: ['e'], lost: false });
});

test('two entries of the history about one camera are two stories, two states of it are one', () => {
  const entry = { type: 'history.entry', subject: 'cam_1' } as const;
  expect(storyOf({ ...entry, id: '1.1' })).not.toBe(storyOf({ ...entry, id: '1.2' }));
  const report = { type: 'camera.recording.reported', subject: 'cam_1' } as const;
  expect(storyOf({ ...report, id: '1.1' })).toBe(storyOf({ ...report, id: '1.2' }));
});
