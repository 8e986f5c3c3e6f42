import type { Registration } from '@gantry/protocol/camera.js';
import type { ReportedCamera } from '@gantry/protocol/state.js';
import type { Inventory } from './cameras/inventory.js';
import type { Progress } from './progress.js';

/** What a person at the box is told of the site's cameras. */
export interface Telling {
  /** What the last search found, and what it could not look at. */
  found(notes?: readonly string[]): void;
  /** What the registry did with the cameras it was told of; `fresh`: it knows some now that it did not. */
  registered(results: readonly Registration[], fresh: boolean): void;
  /** How many record of how many that should; a number that was told is not told again. */
  recording(states: readonly Pick<ReportedCamera, 'state'>[]): void;
  /** Nothing more is told: the agent is closing. */
  end(): void;
  notes(): readonly string[];
}

export function createTelling(inventory: Inventory, onProgress: (progress: Progress) => void): Telling {
  let notes: readonly string[] = [];
  let told = '0/0';
  let hasEnded = false;
  const found: Telling['found'] = (fresh = notes) => {
    notes = fresh;
    const cameras = (inventory.announced()?.cameras ?? []).map(({ accessReason: reason, ...camera }) => {
      const { localId, name, address, model, access } = camera;
      return { localId, name, address, model, access, reason };
    });
    onProgress({ step: 'found', cameras, notes });
  };
  return {
    found,
    registered(results, fresh) {
      const problems = results.filter(
        ({ outcome }) => outcome === 'conflict' || outcome === 'bound_elsewhere',
      );
      if (fresh) found();
      if (!fresh && problems.length === 0) return;
      const registered = inventory.cameras().filter(({ channel }) => channel.registration?.cameraId);
      onProgress({ step: 'registered', cameras: registered.length, problems });
    },
    recording(states) {
      const recording = states.filter(({ state }) => state === 'recording').length;
      const wanted = states.filter(({ state }) => state !== 'stopped').length;
      if (told === `${recording}/${wanted}` || hasEnded) return;
      told = `${recording}/${wanted}`;
      onProgress({ step: 'recording', recording, wanted });
    },
    end() {
      hasEnded = true;
    },
    notes: () => notes,
  };
}
