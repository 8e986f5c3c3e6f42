import type { Sentences } from '../../i18n/sentences.js';

/** What the history says of each kind of act, in every other language. */
export const historySentences: Sentences = {
  name: 'history',
  words: { de: async () => (await import('./retold/german.js')).german },
};
