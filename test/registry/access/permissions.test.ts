import {
  mayGrant,
  permissionsBelow,
  permissionsOn,
  type Place,
  type PlacedCamera,
} from '@gantry/registry/access/permissions.js';
import { cameraPermissions, type CameraPermission } from '@gantry/registry/db/schema/roles.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const paths = ['1.', '1.2.', '1.2.3.', '1.2.4.', '1.20.', '1.2.3.5.'];
const cameras: PlacedCamera[] = paths.map((path, i) => ({ id: `cam${i}`, path }));
const permissions = fc.subarray([...cameraPermissions]);
const role = fc.record({
  allCameras: permissions,
  cameras: fc
    .array(fc.tuple(fc.constantFrom(...cameras.map(({ id }) => id)), permissions), { maxLength: 3 })
    .map((listed) => new Map<string, CameraPermission[]>(listed)),
});
const place: fc.Arbitrary<Place> = fc.record({
  path: fc.constantFrom(...paths),
  family: fc.constantFrom('admin' as const, 'guard' as const),
  owner: fc.boolean(),
  roles: fc.array(role, { maxLength: 3 }),
});
const step = fc.record({ granter: fc.nat(4), to: fc.nat(4), place });

test('however rights are handed on, nobody comes to more than somebody had to give (R30)', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(place, { maxLength: 2 }), { minLength: 5, maxLength: 5 }),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      (people, steps) => {
        for (const { granter, to, place: given } of steps) {
          const from = people[granter] as Place[];
          if (!mayGrant(from, given, cameras)) continue;
          for (const camera of cameras) {
            const before = permissionsOn(people[to] as Place[], camera);
            const own = permissionsOn(from, camera);
            const after = permissionsOn([...(people[to] as Place[]), given], camera);
            for (const one of after) expect(before.has(one) || own.has(one)).toBe(true);
          }
          // Cameras that come later are no way around: what holds below a path was held below it before.
          const held = permissionsBelow(from, given.path);
          for (const one of permissionsBelow([given], given.path)) expect(held.has(one)).toBe(true);
          people[to] = [...(people[to] as Place[]), given];
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

const grant = (allCameras: CameraPermission[], listed: [string, CameraPermission[]][] = []) => ({
  allCameras,
  cameras: new Map(listed),
});
const at = (path: string, more: Partial<Place> = {}): Place => ({
  path,
  family: 'admin',
  owner: false,
  roles: [],
  ...more,
});

test.each<[string, Place[], string[]]>([
  ['an administrator without a role may all', [at('1.2.')], [...cameraPermissions]],
  ['a guard without a role may watch', [at('1.2.', { family: 'guard' })], ['view']],
  [
    'an owner may all whatever the roles',
    [at('1.2.', { owner: true, roles: [grant([])] })],
    [...cameraPermissions],
  ],
  [
    'roles add up',
    [at('1.2.', { roles: [grant(['view']), grant([], [['cam', ['ptz']]])] })],
    ['view', 'ptz'],
  ],
  [
    'a role for another camera gives nothing',
    [at('1.2.', { roles: [grant([], [['other', ['view']]])] })],
    [],
  ],
  ['a neighbour whose path begins alike gives nothing', [at('1.20.')], []],
  [
    'places add up',
    [at('1.', { roles: [grant(['clip'])] }), at('1.2.3.', { family: 'guard' })],
    ['clip', 'view'],
  ],
])('%s', (_name, places, expected) => {
  expect([...permissionsOn(places, { id: 'cam', path: '1.2.3.' })].toSorted()).toEqual(expected.toSorted());
});
