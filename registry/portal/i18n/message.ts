/** One sentence of the portal: text with `{placeholders}`, or one text per plural form of `{count}`. */
export type Message = string | { one: string; other: string };

/** Names in braces of a text. */
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

type NamesOf<M> = M extends string
  ? Names<M>
  : M extends { one: infer One extends string; other: infer Other extends string }
    ? 'count' | Names<One> | Names<Other>
    : never;

type Value<Name> = Name extends 'count' ? number : string | number;

/** What has to be given with a message; nothing for one without placeholders. */
export type Parameters<M> = [NamesOf<M>] extends [never] ? [] : [{ [Name in NamesOf<M>]: Value<Name> }];

/** The same keys in another language, of the same kind each. */
export type Translated<En> = {
  [Key in keyof En]: En[Key] extends string ? string : { one: string; other: string };
};

/**
 * Writes a message in a language. Numbers are written as the language does; `{count}` chooses the plural form
 * (CLDR; both languages of the portal have `one` and `other` only).
 */
export function writeMessage(
  language: string,
  message: Message,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const text =
    typeof message === 'string'
      ? message
      : message[new Intl.PluralRules(language).select(Number(values['count'])) === 'one' ? 'one' : 'other'];
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) return placeholder;
    return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value;
  });
}
