import { useCallback } from 'react';
import { useFormats } from '../../i18n/formats.js';
import { useRetold, type Retold } from '../../i18n/retold.js';
import { useKindWords } from '../../parts/operations/words.js';
import { useSiteWords } from '../../parts/site-words.js';
import type { Attention } from './queries.js';

const lines: Retold<Attention['kind']> = {
  de: {
    stop_unconfirmed: {
      one: '{name} nimmt weiter auf, obwohl abgeschaltet; nichts davon wird angenommen',
      other:
        '{count} Kameras von {name} nehmen weiter auf, obwohl abgeschaltet; nichts davon wird angenommen',
    },
    agent_conflict: '{name}{because}',
    camera_conflict: {
      one: '{name}: Es ist nicht klar, welche Kamera das ist{because}',
      other: '{count} Kameras von {name}: Es ist nicht klar, welche Kameras das sind{because}',
    },
    agent_offline: {
      one: '{name} ist seit {since} offline ({count} Kamera)',
      other: '{name} ist seit {since} offline ({count} Kameras)',
    },
    not_recording: {
      one: '{name} nimmt nicht auf{because}',
      other: '{count} Kameras von {name} nehmen nicht auf{because}',
    },
    camera_missing: {
      one: '{name} ist vor Ort nicht zu finden',
      other: '{count} Kameras von {name} sind vor Ort nicht zu finden',
    },
    needs_login: {
      one: '{name} braucht eine Anmeldung{because}',
      other: '{count} Kameras von {name} brauchen eine Anmeldung{because}',
    },
    operation_failed: '„{kind}“ ist gescheitert{because}',
    inbox: {
      one: '{count} Kamera wartet auf einen Kunden',
      other: '{count} Kameras warten auf einen Kunden',
    },
  },
};

/** What needs somebody and why, in the person's language; a reason in the words of the box where it has no others. */
export function useAttentionWords(): (item: Attention) => string {
  const retell = useRetold(lines);
  const kindOf = useKindWords();
  const site = useSiteWords();
  const { time } = useFormats();
  return useCallback(
    ({ kind, sentence, reason, cameras, since, target: { name } }) =>
      retell(kind, sentence, {
        name,
        count: cameras,
        since: time(since),
        kind: kindOf({ kind: name }),
        because: reason === null ? '' : `: ${site(reason)}`,
      }),
    [retell, kindOf, site, time],
  );
}
