import { randomInt } from 'node:crypto';
import { dataFolderOf } from '../config.js';
import { makeDataFolder, dataFolder, type DataFolder } from '../data-folder.js';
import { readOrMakePin } from '../setup/pin.js';
import { show } from './output.js';

/** `gantry pin`: made now where there is none yet. */
export async function pin(flags: { data?: string; json?: boolean }): Promise<void> {
  const text = await readPin(dataFolder(dataFolderOf(flags.data, process.env)));
  show(flags.json, { pin: text }, `${text}\n`);
}

/** The PIN of the on-site page. */
export async function readPin(folder: DataFolder): Promise<string> {
  await makeDataFolder(folder);
  return readOrMakePin(folder.pin, randomInt);
}
