import { z } from '@hono/zod-openapi';

/** C0, DEL and C1 controls; separators that break lines; what is no character. */
const controls = /[\p{Cc}\u2028\u2029\ufffe\uffff]|\p{Cs}/u;
/** Controls that turn the direction of what follows: a name could pose as another. The marks LRM and RLM may stay. */
const turns = /[\u202a-\u202e\u2066-\u2069]/u;

/** A message for what is there and wrong; what is absent keeps zod's, by which it is told as required. */
export const ifPresent =
  (message: string) =>
  (issue: { input?: unknown }): string | undefined =>
    issue.input === undefined ? undefined : message;

/** One line for a person, of any script: trimmed, NFC, 1 to `max` UTF-16 units. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine((value) => !controls.test(value), 'must be one line without control characters')
    .refine((value) => !turns.test(value), 'must not contain invisible controls of writing direction');

/** Text that a program wrote for itself, as it is: 0 to `max` UTF-16 units, whole and without controls. */
export const bareText = (max: number) =>
  z
    .string()
    .max(max, `must have at most ${max} characters`)
    .refine((value) => !controls.test(value), 'must be one line without control characters');

export const email = z
  .email({ error: ifPresent('must be an e-mail address such as office@example.com') })
  .max(320, 'must have at most 320 characters');

/** Whether it names a time zone (IANA). */
export const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
