import { problemKinds, type ProblemCode } from '@gantry/protocol/errors.js';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv, App } from './api.js';

/** What to do about each problem, for the person whose program met it. */
const advice: Readonly<Record<ProblemCode, string>> = {
  malformed: 'Look at the detail: the JSON, a header, a cursor or an id cannot be read as it was sent.',
  unauthenticated:
    'Sign in at POST /api/v1/sessions and send its cookie, or send an API key as bearer token. A session ends ' +
    'after 30 minutes without a request, and after 12 hours.',
  forbidden: 'The thing is yours to see, the act is not yours to do. Ask an administrator above you.',
  account_disabled: 'The account, or one above it, is switched off. Who switched it off can switch it on.',
  module_disabled: 'A tenant above switched this part off; the detail names it. Ask there.',
  email_not_confirmed: 'Open the link in the letter that came with the account, or ask for a new one.',
  password_change_required: 'Set a new password first; until then every other call answers this.',
  password_required:
    'The session is open for longer than ten minutes, and this act hands an account over. Send the password to ' +
    'POST /api/v1/me/password/confirmation, then repeat it.',
  second_factor_required: 'Send the code of your second factor to finish signing in, or set one up first.',
  not_found: 'The id is wrong, or belongs to somebody else: both are answered alike, word for word.',
  conflict: 'Something that is there contradicts the request. Read it again and decide anew.',
  bound_elsewhere: 'Another owner registered this device first, and must release it.',
  idempotency_in_progress: 'The first request with this Idempotency-Key still runs. Ask again in a moment.',
  selection_changed:
    'The filter fits another number of things than expected. The detail says how many; look at them, and send ' +
    'the new number.',
  recording_not_permitted: 'The camera was off, unbound or its customer switched off at that time.',
  precondition_failed:
    'Somebody changed it since you read it. Read it again, and repeat your change on that.',
  too_large: 'Send less at once.',
  unsupported_type: 'Send JSON, and say so: Content-Type: application/json.',
  digest_mismatch: 'Bytes were lost or changed on the way. Send them again.',
  invalid: 'Each entry of `errors` names a field by a JSON pointer and says what is wrong with it.',
  confirmation_required: 'The act cannot be undone: send the exact word that the detail asks for.',
  plan_not_offered: 'The plan is not offered to that customer. List the plans it may have.',
  idempotency_key_reuse: 'An Idempotency-Key belongs to one request. Use a new one for each.',
  precondition_required:
    'Send If-Match with the ETag of what you read, so that nothing is overwritten unseen.',
  rate_limited: 'Wait as long as Retry-After says.',
  internal: 'A defect on our side. Report the requestId: the log has the rest.',
  unavailable:
    'The registry or its database starts, stops or is overloaded. Retry-After says when to try again.',
  storage_full:
    'The storage of footage has no room. Free some, or make it larger; nothing is lost meanwhile.',
};

const page = (code: ProblemCode): string => {
  const { title, status, retry } = problemKinds[code];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · Gantry</title>
<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/pages.css"></head>
<body><main>
<p class="brand"><img src="/icon.svg" alt="" height="32"> Gantry</p>
<h1>${title}</h1>
<p class="note"><code>${code}</code>, HTTP ${status}. ${
    retry ? 'The same request may succeed later.' : 'The same request will be answered the same again.'
  }</p>
<p>${advice[code]}</p>
</main></body>
</html>
`;
};

const isCode = (text: string): text is ProblemCode => Object.hasOwn(problemKinds, text);

/** `type` of every problem is the path of a page that explains it (RFC 9457 §3.1.1). */
export function problemPages(): App {
  const pages: App = new OpenAPIHono<ApiEnv>();
  pages.get('/problems/:code', (c) => {
    const code = c.req.param('code');
    return isCode(code) ? c.html(page(code), 200, { 'cache-control': 'public, max-age=3600' }) : c.notFound();
  });
  return pages;
}
