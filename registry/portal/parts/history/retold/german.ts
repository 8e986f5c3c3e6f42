import type { Retellings } from '../../../i18n/sentences.js';
import { accounts } from './accounts.js';
import { boxes } from './boxes.js';
import { cameras } from './cameras.js';
import { people } from './people.js';

/** What the history says of each kind of act, as the registry writes it down, and as a German reads it. */
export const german: Retellings = { ...accounts, ...boxes, ...cameras, ...people };
