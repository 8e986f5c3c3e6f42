import { useCallback } from 'react';
import type { Agent } from '../api/schema.js';
import { useFormats } from '../i18n/formats.js';
import { useRetold, type Retold } from '../i18n/retold.js';
import { useSentences, type Sentences } from '../i18n/sentences.js';

type Presence = Agent['presence'] | 'never';

const presenceLines: Retold<Presence> = {
  de: {
    online: 'Online seit {since}',
    offline: 'Offline seit {since}',
    never: 'Nicht gehört, seit sie eingelassen wurde',
    unknown: 'Wartet auf ihre erste Nachricht',
  },
};

/** Whether a box is heard, and since when, in one line (R19). */
export function useAgentLine(): (agent: Agent) => string {
  const retell = useRetold(presenceLines);
  const { time } = useFormats();
  return useCallback(
    ({ presence, presenceAt, lastHeardAt, sentence }) =>
      retell(presence === 'offline' && lastHeardAt === null ? 'never' : presence, sentence, {
        since: time(presenceAt),
      }),
    [retell, time],
  );
}

const said: Sentences = {
  name: 'site',
  words: { de: async () => (await import('./site-sentences-german.js')).german },
};

/** What a box says of its site, in the person's language; in its own words where those are not known. */
export function useSiteWords(): (sentence: string) => string {
  const retell = useSentences(said);
  return useCallback((sentence) => retell('site', sentence), [retell]);
}
