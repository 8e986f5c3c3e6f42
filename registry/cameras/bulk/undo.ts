import type { CameraId } from '@gantry/protocol/ids.js';
import type { LockedCamera } from '../bind.js';
import { tagsAfter } from '../tag.js';
import type { BulkAct } from './acts.js';

/** A request that takes back part of an act: sent as it is, it puts these cameras where they were. */
export interface UndoRequest {
  /** Below `/api/v1`. */
  path: string;
  body: { select: { ids: CameraId[] } } & Record<string, unknown>;
}

/** Above so many cameras no undo is kept: the answer would be larger than what it undoes. */
export const undoneAtMost = 20_000;
/** The ids one request may name. */
export const idsAtMost = 5_000;

/** How to put one camera back. */
function reverse(camera: LockedCamera, act: BulkAct): { path: string; more: Record<string, unknown> } {
  switch (act.verb) {
    case 'bind':
    case 'unbind':
    case 'setPlan':
      return camera.customerId === null
        ? { path: '/cameras:unbind', more: {} }
        : { path: '/cameras:bind', more: { customerId: camera.customerId, planId: camera.planId } };
    case 'enable':
      return { path: '/cameras:disable', more: {} };
    case 'disable':
      return { path: '/cameras:enable', more: {} };
    case 'tag': {
      const after = tagsAfter(camera.tags, act);
      return {
        path: '/cameras:tag',
        more: {
          add: camera.tags.filter((tag) => !after.includes(tag)),
          remove: after.filter((tag) => !camera.tags.includes(tag)),
        },
      };
    }
    default: {
      const never: never = act;
      return never;
    }
  }
}

/** Adds to what undoes an act what undoes it for these cameras, as they were before. */
export function withUndo(
  soFar: readonly UndoRequest[],
  act: BulkAct,
  before: readonly LockedCamera[],
): UndoRequest[] {
  const requests = soFar.map(({ path, body }) => ({
    path,
    body: { ...body, select: { ids: [...body.select.ids] } },
  }));
  // Of several requests alike the last has room.
  const open = new Map(requests.map((request) => [keyOf(request.path, request.body), request]));
  for (const camera of before) {
    const { path, more } = reverse(camera, act);
    const key = keyOf(path, more);
    let request = open.get(key);
    if (request === undefined || request.body.select.ids.length >= idsAtMost) {
      request = { path, body: { select: { ids: [] }, ...more } };
      requests.push(request);
      open.set(key, request);
    }
    request.body.select.ids.push(camera.id);
  }
  return requests;
}

/** Requests that differ in their cameras only are alike. */
const keyOf = (path: string, body: Record<string, unknown>): string =>
  JSON.stringify([path, { ...body, select: undefined }]);
