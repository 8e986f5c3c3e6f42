/** Parsers of what stands in the address after `?`: what does not fit is as if it were not there. */

export type Search = Readonly<Record<string, unknown>>;

export const textIn = (search: Search, name: string): string | undefined => {
  const value = search[name];
  // The router reads `?text=12` as a number.
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

export const oneIn = <Word extends string>(
  search: Search,
  name: string,
  words: readonly Word[],
): Word | undefined => words.find((word) => word === search[name]);

export const flagIn = (search: Search, name: string): true | undefined =>
  search[name] === true || search[name] === 'true' ? true : undefined;

/** Without the names whose value is undefined: those do not show in the address. */
export const present = <Values extends object>(
  values: Values,
): { [Name in keyof Values]?: Exclude<Values[Name], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
