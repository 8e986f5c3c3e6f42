/** One field that an act changed; `null` where it was not there. */
export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

type Fields = Readonly<Record<string, unknown>> | null;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What differs between two pictures of a thing, field by field, also inside of fields: `recording.mode`. */
export function changesBetween(before: Fields, after: Fields, below = ''): Change[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.flatMap((name): Change[] => {
    const [was, is] = [before?.[name] ?? null, after?.[name] ?? null];
    if (same(was, is)) return [];
    if (isFields(was) && isFields(is)) return changesBetween(was, is, `${below}${name}.`);
    return [{ field: below + name, before: was, after: is }];
  });
}

/** As a person reads it: text bare, anything else as JSON. */
export const written = (value: unknown): string =>
  value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
