import type { Sentences } from '../../i18n/sentences.js';
import { accounts } from './retold/accounts.js';
import { boxes } from './retold/boxes.js';
import { cameras } from './retold/cameras.js';
import { people } from './retold/people.js';

/** What the history says of each kind of act, as the registry writes it down, in every other language. */
export const historySentences: Sentences = { de: { ...accounts, ...boxes, ...cameras, ...people } };
