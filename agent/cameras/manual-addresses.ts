import { z } from 'zod';
import { readStored, writeDurably } from '../store.js';

const document = z.array(z.string());

/** RTSP addresses a person gave, normalised and without user info; durable. */
export interface ManualAddresses {
  list(): readonly string[];
  /** False when it was there already. */
  add(url: string): Promise<boolean>;
  /** False when it was not there. */
  remove(url: string): Promise<boolean>;
}

export async function openManualAddresses(
  path: string,
  onDamaged: (why: string) => void,
): Promise<ManualAddresses> {
  const stored = await readStored(path, document);
  if (stored.kind === 'damaged') onDamaged(stored.why);
  const urls = stored.kind === 'value' ? stored.value : [];
  return {
    list: () => urls,
    async add(url) {
      if (urls.includes(url)) return false;
      urls.push(url);
      await writeDurably(path, JSON.stringify(urls));
      return true;
    },
    async remove(url) {
      const at = urls.indexOf(url);
      if (at < 0) return false;
      urls.splice(at, 1);
      await writeDurably(path, JSON.stringify(urls));
      return true;
    },
  };
}
