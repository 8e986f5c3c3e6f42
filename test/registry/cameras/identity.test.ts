import type { IdentityKey } from '@gantry/protocol/camera.js';
import { newId, type CameraId } from '@gantry/protocol/ids.js';
import { identify, resemblance, storedKey, type KnownCamera } from '@gantry/registry/cameras/identity.js';
import { describe, expect, it } from 'vitest';

const id = (n: number): CameraId => newId('camera', n, (bytes) => bytes.fill(n));
/** `e1 m2 s3` → endpoint 1, mac 2, serial 3. */
const keys = (text: string): IdentityKey[] =>
  text.split(' ').map((word) => ({
    kind: ({ e: 'endpoint', m: 'mac', s: 'serial', u: 'url' } as const)[word[0] as 'e'],
    value: word.slice(1),
  }));
const known = (
  n: number,
  words: string,
  holder: KnownCamera['holder'] = 'own',
  localId = `local-${n}`,
): KnownCamera => ({ id: id(n), localId, keys: keys(words), holder });

describe('how much two sets of keys resemble each other (R37)', () => {
  it.each([
    ['e1 m1 s1', 'e1 m1 s1', 'same'],
    ['e1 m1', 'e1 s1', 'same'],
    ['m1', 'e1 m1 s1', 'same'],
    ['s1', 's1', 'same'],
    ['s1', 'e1 m1 s1', 'same'],
    ['e2 s1', 'e1 s1', 'other'],
    ['e2 m1', 'e1 m1', 'unclear'],
    ['e1 m2', 'e1 m1', 'unclear'],
    ['e1 m1 m2', 'e1 m2', 'same'],
    ['e2 m2', 'e1 m1', 'other'],
    ['u1', 'u1', 'same'],
    ['u1', 'e1', 'other'],
    ['e1 s2', 'e1 s1', 'same'],
  ] as const)('%s and %s: %s', (a, b, expected) => {
    expect(resemblance(keys(a), keys(b))).toBe(expected);
    expect(resemblance(keys(b), keys(a))).toBe(expected);
  });
});

const nothingListed = () => false;

describe('who an inventory entry is (R37)', () => {
  it.each<[string, string, string, KnownCamera[], ReturnType<typeof identify>['kind'], number[]]>([
    ['unknown keys', 'new', 'e1 m1', [], 'new', []],
    ['the name and keys it had', 'local-1', 'e1 m1', [known(1, 'e1 m1')], 'same', [1]],
    ['the name with a new UUID after a reboot', 'local-1', 'e9 m1', [known(1, 'e1 m1')], 'same', [1]],
    ['a new name for known keys', 'new', 'e1 m1', [known(1, 'e1 m1')], 'same', [1]],
    ['a reinstalled agent', 'new', 'e1 m1', [known(1, 'e1 m1', 'orphan')], 'same', [1]],
    ['the camera of another agent at work', 'new', 'e1 m1', [known(1, 'e1 m1', 'sibling')], 'elsewhere', []],
    ['the camera of another integrator', 'new', 'e1', [known(1, 'e1 m1', 'foreign')], 'elsewhere', []],
    ['keys of two cameras', 'new', 'e1 m2', [known(1, 'e1 m1'), known(2, 'e2 m2')], 'conflict', [1, 2]],
    ['own name, keys of another', 'local-1', 'e2', [known(1, 'e1'), known(2, 'e2')], 'conflict', [1, 2]],
    ['one MAC under another UUID', 'new', 'e2 m1', [known(1, 'e1 m1')], 'conflict', [1]],
    ["one MAC under a stranger's UUID", 'new', 'e2 m1', [known(1, 'e1 m1', 'foreign')], 'new', []],
    ['a serial number the whole series has', 'new', 'e2 s1', [known(1, 'e1 s1')], 'new', []],
  ])('%s', (_what, localId, words, cameras, kind, ids) => {
    const found = identify({ localId, keys: keys(words) }, cameras, nothingListed);
    expect(found.kind).toBe(kind);
    if (found.kind === 'same') expect([found.camera.id]).toEqual(ids.map(id));
    if (found.kind === 'conflict') expect(found.cameras.map((camera) => camera.id)).toEqual(ids.map(id));
  });

  it('calls two entries of one inventory with the same keys a conflict, not one camera', () => {
    const found = identify(
      { localId: 'new', keys: keys('e1') },
      [known(1, 'e1')],
      (localId) => localId === 'local-1',
    );
    expect(found.kind).toBe('conflict');
  });

  it('says nothing about another integrator', () => {
    const found = identify({ localId: 'new', keys: keys('e1') }, [known(1, 'e1', 'foreign')], nothingListed);
    expect(JSON.stringify(found)).not.toContain(id(1));
  });

  it('keeps one URL seen by two agents apart', () => {
    const key: IdentityKey = { kind: 'url', value: 'abc' };
    const agent = (n: number) => newId('agent', n, (bytes) => bytes.fill(n));
    expect(storedKey(agent(1), key)).not.toEqual(storedKey(agent(2), key));
    expect(storedKey(agent(1), { kind: 'mac', value: 'abc' })).toEqual({ kind: 'mac', value: 'abc' });
  });
});
