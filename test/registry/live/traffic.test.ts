import type { CameraId } from '@gantry/protocol/ids.js';
import { createLiveTraffic } from '@gantry/registry/live/traffic.js';
import { expect, it } from 'vitest';

const [door, yard] = ['cam_door', 'cam_yard'] as [CameraId, CameraId];

it('what was sent live is noted once, and what could not be noted with the next', async () => {
  const traffic = createLiveTraffic();
  const noted: [CameraId, number][] = [];
  const note = async (...one: [CameraId, number]) => void noted.push(one);
  traffic.add(door, 3);
  traffic.add(yard, 10);
  traffic.add(door, 4);
  const full = async () => Promise.reject(new Error('the database is away'));
  await expect(traffic.noteAll(full)).rejects.toThrow(/away/);
  traffic.add(door, 1);
  await traffic.noteAll(note);
  expect(new Map(noted)).toEqual(
    new Map([
      [door, 8],
      [yard, 10],
    ]),
  );
  await traffic.noteAll(note);
  expect(noted).toHaveLength(2);
});
