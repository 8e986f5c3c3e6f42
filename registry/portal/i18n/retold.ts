import { useCallback } from 'react';
import { useLanguage, type Language } from './language.js';
import { writeMessage, type Message } from './message.js';

/** What the API says by stable codes, in one language. */
export type RetoldCodes<Code extends string> = Readonly<Record<Code, Message>>;

/** What the API says in English by itself, by its stable codes in every other language. */
export type Retold<Code extends string> = Readonly<Record<Exclude<Language, 'en'>, RetoldCodes<Code>>>;

export type Retell<Code extends string> = (
  code: Code | null,
  said: string,
  values?: Readonly<Record<string, string | number>>,
) => string;

/** `retell('not_found', sentence)` in the person's language; the API's own sentence where there is no other. */
export function useRetold<Code extends string>(retold: Retold<Code>): Retell<Code> {
  const { language } = useLanguage();
  return useRetoldCodes(language === 'en' ? undefined : retold[language]);
}

/** {@link useRetold} by the codes of the person's language; undefined: in English. */
export function useRetoldCodes<Code extends string>(codes: RetoldCodes<Code> | undefined): Retell<Code> {
  const { language } = useLanguage();
  return useCallback(
    (code, said, values) => {
      // A registry that is newer than this page may know codes that are not known here.
      const message: Message | undefined = code === null ? undefined : codes?.[code];
      return message === undefined ? said : writeMessage(language, message, values);
    },
    [language, codes],
  );
}
