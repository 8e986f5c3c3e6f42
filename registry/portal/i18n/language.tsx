import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' };

const storageKey = 'gantry.language';

const isLanguage = (value: string | null | undefined): value is Language =>
  languages.some((language) => language === value);

/** What the person chose on this browser, else the first language of the browser that we know, else English. */
function preferredLanguage(): Language {
  const chosen = localStorage.getItem(storageKey);
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((name) => name.slice(0, 2)).find(isLanguage) ?? 'en';
}

interface Choice {
  language: Language;
  choose: (language: Language) => void;
}

const LanguageContext = createContext<Choice>({ language: 'en', choose: () => {} });

export const useLanguage = (): Choice => useContext(LanguageContext);

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(preferredLanguage);
  const choice = useMemo(
    () => ({
      language,
      choose: (next: Language) => {
        localStorage.setItem(storageKey, next);
        document.documentElement.lang = next;
        setLanguage(next);
      },
    }),
    [language],
  );
  document.documentElement.lang = language;
  return <LanguageContext value={choice}>{children}</LanguageContext>;
}
