import type { CameraState } from './camera-states.js';
import { familyOf, storyOf, type LoggedEvent } from './event.js';

/** An event ready to be sent: made once, whatever the number of those who hear it. */
export interface ToldEvent {
  story: string;
  /** The event as JSON; with those about cameras the camera as it is now, null once it is out of sight. */
  json: string;
}

/** `cameras`: the states of those in sight. Where in the tree an event comes from is not told. */
export function told(event: LoggedEvent, cameras: ReadonlyMap<string, CameraState>): ToldEvent {
  const { path: _, ...rest } = event;
  const camera = familyOf(event.type) === 'camera' ? { camera: cameras.get(event.subject) ?? null } : {};
  return { story: storyOf(event), json: JSON.stringify({ ...rest, ...camera }) };
}

/**
 * What waits to be sent to one listener: of each story the last event only, and never more than `limit` stories.
 * Who reads too slowly for that has lost some, and must look at everything anew.
 */
export class Waiting {
  readonly #limit: number;
  readonly #stories = new Map<string, string>();
  #lost = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get lost(): boolean {
    return this.#lost;
  }

  add({ story, json }: ToldEvent): void {
    if (this.#lost) return;
    // Removed first, so that the order is that of the last events.
    this.#stories.delete(story);
    this.#stories.set(story, json);
    if (this.#stories.size > this.#limit) this.lose();
  }

  lose(): void {
    this.#lost = true;
    this.#stories.clear();
  }

  /** Everything that waits, in order, and whether something was lost; nothing waits afterwards. */
  take(): { items: string[]; lost: boolean } {
    const taken = { items: [...this.#stories.values()], lost: this.#lost };
    this.#stories.clear();
    this.#lost = false;
    return taken;
  }
}
