import { useCallback } from 'react';
import { useFormats } from './formats.js';
import { useLanguage, type Language } from './language.js';
import { useOwnWords, type OwnWords } from './own-words.js';
import { writeMessage, type Message } from './message.js';

/** A sentence that the API writes in English, its variable parts in braces, and how another language says it. */
export interface Sentence {
  said: string;
  retold: Message;
  /** Matches what is `said` with any parts; those are its groups. */
  form: RegExp;
}

/** Sentences of one language, by the code that the API gives with them; the first that fits counts. */
export type Retellings = Readonly<Record<string, readonly Sentence[]>>;

/** Sentences of the API in every language but English. */
export type Sentences = OwnWords<Retellings>;

/** `sentences(['{name} signed in', '{name} hat sich angemeldet'])`; `{count}` is a number. */
export const sentences = (...pairs: readonly (readonly [said: string, retold: Message])[]): Sentence[] =>
  pairs.map(([said, retold]) => ({ said, retold, form: formOf(said) }));

const formOf = (said: string): RegExp =>
  new RegExp(
    `^${said
      .replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
      .replaceAll(
        /\{(\w+)\}/g,
        (_, name: string) => `(?<${name}>${name === 'count' ? String.raw`\d+` : '.*?'})`,
      )}$`,
    's',
  );

/** As the API writes an instant. */
const isInstant = (text: string): boolean => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text);

/** What was said, retold; null when it has none of the forms. `time` writes the instants in it. Pure. */
export function retellSentence(
  language: Language,
  known: readonly Sentence[] | undefined,
  said: string,
  time: (instant: string) => string,
): string | null {
  for (const { form, retold } of known ?? []) {
    const parts = form.exec(said);
    if (parts === null) continue;
    const values = Object.entries(parts.groups ?? {}).map(
      ([name, part]) =>
        [name, name === 'count' ? Number(part) : isInstant(part) ? time(part) : part] as const,
    );
    return writeMessage(language, retold, Object.fromEntries(values));
  }
  return null;
}

/**
 * `retell('tenant.disabled', sentence)` in the person's language; the API's own sentence where there is no other, and
 * until the others are loaded.
 */
export function useSentences(sentencesOf: Sentences): (code: string, said: string) => string {
  const { language } = useLanguage();
  const { time } = useFormats();
  const known = useOwnWords(sentencesOf);
  return useCallback(
    (code, said) => retellSentence(language, known?.[code], said, time) ?? said,
    [language, known, time],
  );
}
