import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of third-party recordings beside the checkout, or null where it is absent: such tests skip. */
export function sharedCameras(): string | null {
  const folder = fileURLToPath(new URL('../../../shared/cameras', import.meta.url));
  return existsSync(folder) ? folder : null;
}
