import { rm } from 'node:fs/promises';
import { dataFolderOf } from '../config.js';
import { dataFolder } from '../data-folder.js';
import { readEnrolment } from '../identity/enrolment.js';
import { takeLock } from '../lock.js';
import { NotEnrolled } from '../wire-identity.js';
import { say, show } from './output.js';
import { UsageError } from './usage-error.js';

/**
 * `gantry leave`: the box forgets who it was, and makes a new key at its next start. Cameras, their logins and footage
 * that waits stay on the disk. The registry is told by a person: the key is gone, so nobody can speak for it.
 */
export async function leave(flags: { yes?: boolean; data?: string; json?: boolean }): Promise<void> {
  const folder = dataFolder(dataFolderOf(flags.data, process.env));
  const enrolment = await readEnrolment(folder.enrolment);
  if (enrolment.kind === 'absent')
    throw new NotEnrolled('This box is not enrolled: there is nothing to leave.');
  if (!flags.yes)
    throw new UsageError(
      'This cannot be undone: footage that waits will not be uploaded any more. Add --yes.',
    );
  const lock = await takeLock(folder.lock);
  try {
    // The enrolment goes first: an enrolment without its key would be a box that cannot speak.
    const { enrolment: known, desired, events, bootCount, packageKey, key } = folder;
    for (const path of [known, desired, events, bootCount, packageKey, key]) await rm(path, { force: true });
  } finally {
    await lock.release();
  }
  const { agentId = '', registryUrl = '' } = enrolment.kind === 'value' ? enrolment.value : {};
  if (!flags.json) say(`This box left. Revoke ${agentId || 'it'} at ${registryUrl || 'its registry'} too.`);
  show(flags.json, { left: agentId, registryUrl }, '');
}
