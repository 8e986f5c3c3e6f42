import { useCallback } from 'react';
import { useSentences, type Sentences } from '../../i18n/sentences.js';

const stragglers: Sentences = {
  name: 'stragglers',
  words: { de: async () => (await import('./stragglers-german.js')).german },
};

/** Why a box has not stopped yet, and what follows, in the person's language. */
export function useStragglerWords(): (sentence: string) => string {
  const retell = useSentences(stragglers);
  return useCallback((sentence) => retell('straggler', sentence), [retell]);
}
