import type { IdentityKey } from '@gantry/protocol/camera.js';
import { newId, type AgentId, type CameraId } from '@gantry/protocol/ids.js';
import { identify, resemblance, type KnownCamera } from '@gantry/registry/cameras/identity.js';
import { isSameKeys, KnownCameras } from '@gantry/registry/cameras/register-index.js';
import type { KnownRow } from '@gantry/registry/cameras/register-rows.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const cameraId = (n: number): CameraId => newId('camera', n, (bytes) => bytes.fill(n));
const agentId: AgentId = newId('agent', 1, (bytes) => bytes.fill(1));

// Few values, so that keys, names and channels meet all the time.
const key: fc.Arbitrary<IdentityKey> = fc.record({
  kind: fc.constantFrom('endpoint', 'mac', 'serial', 'url'),
  value: fc.constantFrom('1', '2', '3'),
});
const keys = fc.array(key, { minLength: 1, maxLength: 5 });
const channel = fc.constantFrom(1, 2);
const localId = fc.constantFrom('a', 'b', 'c', 'd');
const holder = fc.constantFrom<KnownCamera['holder']>('own', 'sibling', 'orphan', 'foreign');
const rows = fc
  .array(fc.record({ localId, channel, keys, holder }), { maxLength: 12 })
  .map((drawn) => drawn.map((row, n): KnownRow => ({ ...row, id: cameraId(n + 1), agentId })));
const entries = fc.array(fc.record({ localId, channel, keys }), { minLength: 1, maxLength: 8 });

describe('the index of known cameras', () => {
  it('leads to the same answers as looking at every camera of the channel, also after what a part decides', () => {
    fc.assert(
      fc.property(rows, entries, fc.array(localId), (loaded, part, listedIds) => {
        const listed = (other: string) => listedIds.some((id) => id === other);
        const all = loaded.map((row) => ({ ...row }));
        const index = new KnownCameras(all);
        for (const entry of part) {
          const every = all.filter(
            (row) => row.channel === entry.channel || (row.holder === 'own' && row.localId === entry.localId),
          );
          const found = identify(entry, index.near(entry), listed);
          expect(found).toEqual(identify(entry, every, listed));
          if (found.kind === 'same') {
            index.add(
              Object.assign(found.camera, { holder: 'own', localId: entry.localId, keys: entry.keys }),
            );
          }
          if (found.kind === 'new') {
            const row: KnownRow = { ...entry, id: cameraId(all.length + 1), agentId, holder: 'own' };
            all.push(row);
            index.add(row);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('may leave out cameras without a common key: they resemble each other in nothing', () => {
    fc.assert(
      fc.property(keys, keys, (a, b) => {
        fc.pre(!a.some((one) => b.some((other) => isSameKeys([one], [other]))));
        expect(resemblance(a, b)).toBe('other');
      }),
    );
  });

  it('looks at as many cameras for one of 5,000 as for one of five', () => {
    const row = (n: number): KnownRow => ({
      id: cameraId(1),
      agentId,
      localId: `onvif-${n}`,
      channel: 1,
      keys: [{ kind: 'mac', value: String(n) }],
      holder: 'own',
    });
    const index = new KnownCameras(Array.from({ length: 5_000 }, (_, n) => row(n)));
    expect(index.near(row(4_711))).toEqual([row(4_711)]);
  });
});

it('keys are the same in whatever order, and however often each is told', () => {
  const [mac, serial]: IdentityKey[] = [
    { kind: 'mac', value: '1' },
    { kind: 'serial', value: '1' },
  ];
  if (mac === undefined || serial === undefined) throw new Error('two keys');
  expect(isSameKeys([mac, serial], [serial, mac, mac])).toBe(true);
  expect(isSameKeys([mac], [serial])).toBe(false);
  expect(isSameKeys([mac], [mac, serial])).toBe(false);
});
