import { useCallback } from 'react';
import { sentences, useSentences, type Sentences } from '../../i18n/sentences.js';

const refused = 'Nothing they record from now on is taken.';
const abgelehnt = 'Was sie von jetzt an aufnimmt, wird nicht angenommen.';

/** As the registry says it (stopping/stopping.ts). */
const stragglers: Sentences = {
  de: {
    straggler: sentences(
      [
        `{cameras} of {name} did not confirm the stop. Look at the agent. ${refused}`,
        `hat das Ende nicht bestätigt. Sehen Sie nach der Box. ${abgelehnt}`,
      ],
      [
        `{cameras} of {name}, offline since {time}: will stop when it is back. ${refused}`,
        `offline seit {time}: hört auf, sobald sie zurück ist. ${abgelehnt}`,
      ],
      [
        `{cameras} of {name}, not heard since the registry started: will stop when it is back. ${refused}`,
        `nicht gehört, seit die Registry läuft: hört auf, sobald sie zurück ist. ${abgelehnt}`,
      ],
      ['{cameras} of {name} stopping', 'hört gerade auf'],
    ),
  },
};

/** Why a box has not stopped yet, and what follows, in the person's language. */
export function useStragglerWords(): (sentence: string) => string {
  const retell = useSentences(stragglers);
  return useCallback((sentence) => retell('straggler', sentence), [retell]);
}
