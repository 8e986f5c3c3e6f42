import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' };

const isLanguage = (value: string): value is Language => languages.some((language) => language === value);

/** The first language of the browser that we know, else English. */
const browserLanguage = (): Language =>
  navigator.languages.map((name) => name.slice(0, 2)).find(isLanguage) ?? 'en';

/** The language as the browser's region writes numbers and times: `en-GB` has no AM and PM. */
const regionOf = (language: Language): string =>
  navigator.languages.find((name) => name.slice(0, 2) === language) ?? language;

interface Choice {
  language: Language;
  /** For `Intl`: the language with the browser's region, as BCP 47 tag. */
  locale: string;
  choose: (language: Language) => void;
}

const LanguageContext = createContext<Choice>({
  language: 'en',
  locale: 'en',
  choose: () => {},
});

export const useLanguage = (): Choice => useContext(LanguageContext);

/** `chosen`: what the person chose once; null: nothing yet. */
export function LanguageProvider({ chosen, children }: { chosen: Language | null; children: ReactNode }) {
  const [language, choose] = useState(() => chosen ?? browserLanguage());
  const choice = useMemo(() => ({ language, locale: regionOf(language), choose }), [language]);
  document.documentElement.lang = language;
  return <LanguageContext value={choice}>{children}</LanguageContext>;
}
