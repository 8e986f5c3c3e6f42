import type { z } from '@hono/zod-openapi';
import type { FieldFault } from '../errors.js';

type Issue = z.core.$ZodIssue;

/**
 * A finding of zod as entries of `errors`. `pointer` leads into the body, `?name` to what else came along; the detail
 * says what the field must be. A message that a schema brings itself stays as it is.
 */
export function faultsOf(issue: Issue, target: string): FieldFault[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...path, key], target),
      code: 'unknown_field',
      detail: 'this field is not known here',
    }));
  }
  if (issue.code === 'invalid_union') {
    const nearest = nearestOf(issue.errors);
    if (nearest.length > 0) {
      return nearest.flatMap((one) => faultsOf({ ...one, path: [...path, ...one.path] }, target));
    }
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [
    {
      pointer: pointerTo(path, target),
      code: missing ? 'required' : issue.code,
      detail: missing ? 'is required' : isOfZod(issue.message) ? sentenceOf(issue) : issue.message,
    },
  ];
}

function pointerTo(path: readonly PropertyKey[], target: string): string {
  if (target !== 'json') return `?${path.map(String).join('.')}`;
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Of several shapes a value may have: the one with which it has the fewest faults. */
const nearestOf = (shapes: readonly (readonly Issue[])[]): readonly Issue[] =>
  shapes.toSorted((a, b) => a.length - b.length)[0] ?? [];

const isOfZod = (message: string): boolean => /^(?:Invalid|Too big|Too small|Unrecognized)\b/.test(message);

function sentenceOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'too_big':
      return `must ${bound(issue.origin, 'at most', issue.maximum)}`;
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1
        ? 'must not be empty'
        : `must ${bound(issue.origin, 'at least', issue.minimum)}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return forms[issue.format] ?? 'has not the form it must have';
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
    case 'unrecognized_keys':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'is not as it must be';
    default: {
      const never: never = issue;
      return never;
    }
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const forms: Readonly<Record<string, string>> = {
  email: 'must be an e-mail address such as office@example.com',
  datetime: 'must be a time such as 2026-11-22T10:00:00Z',
  url: 'must be an address such as https://example.com',
};

function bound(origin: string, which: 'at most' | 'at least', limit: number | bigint): string {
  const number = limit.toLocaleString('en');
  if (origin === 'string') return `have ${which} ${number} characters`;
  return origin === 'array' || origin === 'set' ? `have ${which} ${number} entries` : `be ${which} ${number}`;
}
