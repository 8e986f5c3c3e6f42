import { useCallback } from 'react';
import { useLanguage, type Language } from './language.js';
import { writeMessage, type Message } from './message.js';

/** What the API says in English by itself, by its stable codes in every other language. */
export type Retold<Code extends string> = Readonly<
  Record<Exclude<Language, 'en'>, Readonly<Record<Code, Message>>>
>;

export type Retell<Code extends string> = (
  code: Code | null,
  said: string,
  values?: Readonly<Record<string, string | number>>,
) => string;

/** `retell('not_found', sentence)` in the person's language; the API's own sentence where there is no other. */
export function useRetold<Code extends string>(retold: Retold<Code>): Retell<Code> {
  const { language } = useLanguage();
  return useCallback(
    (code, said, values) => {
      if (language === 'en' || code === null) return said;
      // A registry that is newer than this page may know codes that are not known here.
      const message: Message | undefined = retold[language][code];
      return message === undefined ? said : writeMessage(language, message, values);
    },
    [language, retold],
  );
}
