import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentMeta } from '@gantry/protocol/segment.js';
import { readStored, writeDurably } from '../store.js';
import { lossOf, spoolNames, type FootageLost, type SpooledSegment } from './spooled-segment.js';

/**
 * Segments the registry refused for good, kept for a person to look at until they take more than `maxBytes`: then
 * the oldest go, and only then are they lost.
 */
export class Rejected {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #onLost: (event: FootageLost) => Promise<void>;

  constructor(o: { folder: string; maxBytes: number; onLost: (event: FootageLost) => Promise<void> }) {
    this.#folder = o.folder;
    this.#maxBytes = o.maxBytes;
    this.#onLost = o.onLost;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
  }

  async add({ meta, file }: SpooledSegment): Promise<void> {
    await writeDurably(join(this.#folder, spoolNames.sidecar(meta.id)), JSON.stringify(meta));
    await rename(file, join(this.#folder, spoolNames.media(meta.id)));
    await this.#trim();
  }

  async #trim(): Promise<void> {
    // Ids are ULIDs: names in order are segments in order of age.
    const media = (await readdir(this.#folder))
      .filter((name) => spoolNames.parse(name)?.kind === 'media')
      .sort();
    const sizes = await Promise.all(media.map(async (name) => (await stat(join(this.#folder, name))).size));
    let totalBytes = sizes.reduce((sum, size) => sum + size, 0);
    for (const [index, name] of media.entries()) {
      if (totalBytes <= this.#maxBytes) return;
      const { id } = spoolNames.parse(name) ?? {};
      if (!id) continue;
      const sidecar = join(this.#folder, spoolNames.sidecar(id));
      const stored = await readStored(sidecar, segmentMeta);
      if (stored.kind === 'value') await this.#onLost(lossOf(stored.value, 'rejected'));
      await rm(join(this.#folder, name), { force: true });
      await rm(sidecar, { force: true });
      totalBytes -= sizes[index] ?? 0;
    }
  }
}
