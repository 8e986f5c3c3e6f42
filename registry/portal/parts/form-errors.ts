import { useCallback } from 'react';
import { Problem } from '../api/problem.js';
import { useSentences, type Sentences } from '../i18n/sentences.js';

/** What is wrong with a field, in every other language. */
const faults: Sentences = {
  name: 'faults',
  words: { de: async () => (await import('./field-faults-german.js')).german },
};

/**
 * Faults that the API names by JSON pointers, as errors of form fields: `/address/line1` → `address.line1`, in the
 * person's language. Null when the problem is not about fields; then show it whole (ErrorNotice).
 */
export function useFieldErrors(): (error: unknown) => Record<string, string> | null {
  const retell = useSentences(faults);
  return useCallback(
    (error) => {
      if (!(error instanceof Problem) || error.body.errors === undefined || error.body.errors.length === 0)
        return null;
      return Object.fromEntries(
        error.body.errors.map(({ pointer, detail }) => {
          const told = retell('field', detail);
          return [
            pointer.replace(/^\//, '').replaceAll('/', '.'),
            told.charAt(0).toUpperCase() + told.slice(1),
          ];
        }),
      );
    },
    [retell],
  );
}
