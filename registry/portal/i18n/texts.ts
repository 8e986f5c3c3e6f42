import { useCallback } from 'react';
import { useLanguage, type Language } from './language.js';
import { writeMessage, type Message, type Parameters, type Translated } from './message.js';

/** The texts of one page or part, in every language. */
export type Texts<En> = { en: En } & Record<Exclude<Language, 'en'>, Translated<En>>;

/** Declares the texts of a page beside it; a key that a language lacks is an error of the compiler. */
export const defineTexts = <const En extends Readonly<Record<string, Message>>>(
  texts: Texts<En>,
): Texts<En> => texts;

export type Translate<En> = <Key extends keyof En & string>(
  key: Key,
  ...values: Parameters<En[Key]>
) => string;

/** `t('bind', { count: 3 })` in the language of the person. */
export function useTexts<En extends Readonly<Record<string, Message>>>(texts: Texts<En>): Translate<En> {
  const { language } = useLanguage();
  return useCallback(
    (key, ...values) => {
      const message = (texts[language] as Readonly<Record<string, Message>>)[key] ?? key;
      return writeMessage(language, message, values[0]);
    },
    [texts, language],
  );
}
