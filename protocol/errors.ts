import { z } from 'zod';

/**
 * Stable codes of the HTTP API's problems (RFC 9457). `status` is the HTTP answer, `retry` says whether the
 * same request may succeed later without a change.
 */
export const problemKinds = {
  malformed: { status: 400, retry: false, title: 'The request cannot be read' },
  unauthenticated: { status: 401, retry: false, title: 'Sign in first' },
  forbidden: { status: 403, retry: false, title: 'You may not do this' },
  account_disabled: { status: 403, retry: false, title: 'This account is switched off' },
  module_disabled: { status: 403, retry: false, title: 'This part of the product is switched off' },
  email_not_confirmed: { status: 403, retry: false, title: 'Confirm your e-mail address first' },
  password_change_required: { status: 403, retry: false, title: 'Change your password first' },
  password_required: { status: 403, retry: false, title: 'Type your password again' },
  second_factor_required: { status: 403, retry: false, title: 'Set up a second factor first' },
  not_found: { status: 404, retry: false, title: 'Nothing here' },
  conflict: { status: 409, retry: false, title: 'This contradicts what is there' },
  bound_elsewhere: { status: 409, retry: false, title: 'This camera is registered elsewhere' },
  idempotency_in_progress: {
    status: 409,
    retry: true,
    title: 'The first request with this key is still running',
  },
  selection_changed: { status: 409, retry: false, title: 'The selection changed meanwhile' },
  recording_not_permitted: { status: 410, retry: false, title: 'Nothing may be recorded for this time' },
  precondition_failed: { status: 412, retry: false, title: 'Somebody changed it meanwhile' },
  too_large: { status: 413, retry: false, title: 'The request is too large' },
  unsupported_type: { status: 415, retry: false, title: 'A body of this type is not taken here' },
  digest_mismatch: { status: 422, retry: true, title: 'The bytes that arrived are not those announced' },
  invalid: { status: 422, retry: false, title: 'Some fields need attention' },
  confirmation_required: { status: 422, retry: false, title: 'Confirm with the exact word' },
  plan_not_offered: { status: 422, retry: false, title: 'This plan is not offered here' },
  idempotency_key_reuse: {
    status: 422,
    retry: false,
    title: 'This Idempotency-Key belongs to another request',
  },
  precondition_required: { status: 428, retry: false, title: 'Say which version you are changing' },
  rate_limited: { status: 429, retry: true, title: 'Too many tries' },
  internal: { status: 500, retry: true, title: 'Something failed on our side' },
  unavailable: { status: 503, retry: true, title: 'Not available at the moment' },
  storage_full: { status: 507, retry: true, title: 'The storage is full' },
} as const;

export type ProblemCode = keyof typeof problemKinds;
export const problemCodes = Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]];

/** Body of every answer ≥ 400: `application/problem+json`. */
export const problem = z.object({
  /** Stable URL path of the page that explains this problem. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(problemCodes),
  /** What happened, to what, and what to do. */
  detail: z.string(),
  requestId: z.string(),
  /** One entry per field; `pointer` is a JSON pointer into the request body. */
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;
