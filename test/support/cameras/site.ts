import type { VirtualCameraOptions } from './camera-options.js';
import { startVirtualCamera, type VirtualCamera } from './camera.js';
import { deriveIdentity } from './identity.js';
import { loadSharedMedia } from './shared-media.js';

export interface VirtualSiteOptions {
  cameras: number;
  /** Identities derive from it: the same seed gives the same cameras. */
  seed: string;
  /** Network of the cameras' addresses, e.g. `127.0.1`; they begin at `.firstHost`. */
  network: string;
  firstHost: number;
  /** Options of all cameras. */
  each: Partial<VirtualCameraOptions>;
  /** Options of camera number `index`, 0-based. */
  one: (index: number) => Partial<VirtualCameraOptions>;
}

export interface VirtualSite {
  cameras: readonly VirtualCamera[];
  close(): Promise<void>;
}

/** Starts several cameras with unique addresses and identities, sharing one load of clips and one timer. */
export async function startVirtualSite(given: Partial<VirtualSiteOptions> = {}): Promise<VirtualSite> {
  const options: VirtualSiteOptions = {
    cameras: 3,
    seed: 'gantry',
    network: '127.0.1',
    firstHost: 1,
    each: {},
    one: () => ({}),
    ...given,
  };
  const shared = await loadSharedMedia();
  const cameras: VirtualCamera[] = [];
  const close = async () => {
    await Promise.all(cameras.map((camera) => camera.close()));
  };
  try {
    for (let index = 0; index < options.cameras; index += 1) {
      const merged: Partial<VirtualCameraOptions> = {
        address: `${options.network}.${options.firstHost + index}`,
        ...options.each,
        ...options.one(index),
      };
      const identity = {
        ...deriveIdentity(options.seed, index),
        ...options.each.identity,
        ...merged.identity,
      };
      cameras.push(await startVirtualCamera({ ...merged, identity }, shared));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { cameras, close };
}
