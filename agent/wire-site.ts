import { readCameraAddress } from './camera-address.js';
import { logins, openCredentials, type Credentials, type CredentialStore } from './cameras/credentials.js';
import { openInventory, type Inventory } from './cameras/inventory.js';
import { openManualAddresses, type ManualAddresses } from './cameras/manual-addresses.js';
import { openSealedFile } from './cameras/sealed-file.js';
import type { Closing } from './closing.js';
import type { DataFolder } from './data-folder.js';
import type { Log } from './log.js';

/** What the box knows of its site, as it lies on the disk. */
export interface SiteKnowledge {
  inventory: Inventory;
  credentials: CredentialStore;
  manual: ManualAddresses;
  /** Keeps a camera's address, and the login in it. Throws a RangeError that says what is wrong with it. */
  addCamera: (text: string, again: boolean) => Promise<{ added: boolean }>;
}

/** Opens it and takes in what this start was given; a damaged file is told and starts anew. */
export async function openSite(o: {
  folder: DataFolder;
  cameraUrls: readonly string[];
  logins: readonly (Credentials & { name: string | null })[];
  /** What the registry gets to know of the site has changed. */
  onChange: () => void;
  closing: Closing;
  log: Log;
}): Promise<SiteKnowledge> {
  const { folder, log } = o;
  const damaged = (why: string) => log.error({ why }, 'a stored file is damaged and starts anew');
  const sealed = await openSealedFile(folder.logins, folder.sealKey, logins);
  const credentials = await openCredentials(sealed, damaged);
  const manual = await openManualAddresses(folder.manualAddresses, damaged);
  const inventory = await openInventory({
    path: folder.inventory,
    onDamaged: damaged,
    onChange: o.onChange,
    onWriteFailed: (error) => log.error({ err: error }, 'the inventory cannot be written'),
  });
  o.closing.add('inventory', () => inventory.flush());
  const addCamera: SiteKnowledge['addCamera'] = async (text, again) => {
    const { url, credentials: login } = readCameraAddress(text);
    if (login) await credentials.choose(url, login, again);
    return { added: await manual.add(url) };
  };
  for (const { name, ...login } of o.logins) {
    if (name === null) await credentials.addSiteLogin(login, false);
    else await credentials.choose(name, login, false);
  }
  for (const url of o.cameraUrls) await addCamera(url, false);
  return { inventory, credentials, manual, addCamera };
}
