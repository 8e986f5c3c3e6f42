import { skipToken, useQuery } from '@tanstack/react-query';
import { useLanguage, type Language } from './language.js';

/** Words of every language but English, each loaded for those who read it. `name` tells them from others. */
export interface OwnWords<Words> {
  name: string;
  words: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Words>>>;
}

/** Words of the person's language; undefined in English, and until they are loaded. */
export function useOwnWords<Words>({ name, words }: OwnWords<Words>): Words | undefined {
  const { language } = useLanguage();
  return useQuery({
    queryKey: ['words', name, language],
    queryFn: language === 'en' ? skipToken : words[language],
    staleTime: Infinity,
    gcTime: Infinity,
  }).data;
}
