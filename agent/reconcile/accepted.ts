import { rename } from 'node:fs/promises';
import { z } from 'zod';
import type { CameraId } from '@gantry/protocol/ids.js';
import {
  comparePositions,
  desiredCamera,
  desiredState,
  type DesiredCamera,
  type DesiredState,
  type StatePosition,
} from '@gantry/protocol/state.js';
import { readStored, writeDurably } from '../store.js';

/** The desired state the agent has accepted: durable, so that a restart records without the registry. */
export interface Accepted {
  position: StatePosition;
  cameras: ReadonlyMap<CameraId, DesiredCamera>;
}

export const nothingAccepted: Accepted = { position: { epoch: 0, generation: 0 }, cameras: new Map() };

/**
 * The next accepted state, or null when `incoming` is not newer. Cameras absent from `incoming` keep their
 * last desired state (field notes, Control: Frigate read *absent* as *off*).
 */
export function accept(held: Accepted, incoming: DesiredState): Accepted | null {
  const position = { epoch: incoming.epoch, generation: incoming.generation };
  if (comparePositions(position, held.position) <= 0) return null;
  const cameras = new Map(held.cameras);
  for (const camera of incoming.cameras) cameras.set(camera.cameraId, camera);
  return { position, cameras };
}

/** As on the wire, but without its bound: cameras that left keep their state here. */
const stored = desiredState.extend({ epoch: z.int().min(0), cameras: z.array(desiredCamera) });

/** Reads the state kept at `path`; a damaged file is moved aside and reported by `onDamaged`, never read as *all off*. */
export async function readAccepted(path: string, onDamaged: (why: string) => void): Promise<Accepted> {
  const found = await readStored(path, stored);
  if (found.kind === 'absent') return nothingAccepted;
  if (found.kind === 'damaged') {
    onDamaged(found.why);
    await rename(path, `${path}.damaged`).catch(() => undefined);
    return nothingAccepted;
  }
  const { epoch, generation, cameras } = found.value;
  return {
    position: { epoch, generation },
    cameras: new Map(cameras.map((camera) => [camera.cameraId, camera])),
  };
}

/** The inverse of {@link readAccepted}: on disk before the position is reported as accepted. */
export function writeAccepted(path: string, { position, cameras }: Accepted): Promise<void> {
  const state: DesiredState = { ...position, cameras: [...cameras.values()] };
  return writeDurably(path, JSON.stringify(state));
}
