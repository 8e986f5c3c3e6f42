import { mkdir, rm } from 'node:fs/promises';

/**
 * Where clips lie while they are made. What a killed registry left there is of no use: its operation begins anew.
 * The lock of the data folder keeps other registries off it.
 */
export async function openWorkFolder(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}
