import { problem, problemKinds, type ProblemCode } from '@gantry/protocol/errors.js';
import { OpenAPIHono, z, type Hook, type RouteConfig } from '@hono/zod-openapi';
import type { Context as HonoContext, MiddlewareHandler } from 'hono';
import {
  isGuard,
  type ActingPrincipal,
  type AgentPrincipal,
  type Principal,
  type UserPrincipal,
} from '../access/principal.js';
import type { Actor } from '../actor.js';
import { Failure } from '../errors.js';
import { faultsOf } from './faults.js';

/** What the app's middleware puts on every request. */
export interface ApiEnv {
  Variables: {
    requestId: string;
    /** Null for a request without (valid) credentials. */
    principal: Principal | null;
    /** Who is signed in, also with a duty open that keeps everything else closed (R28). */
    person: UserPrincipal | null;
    /** Why credentials that came along do not count; null when none came or they do. */
    refusal: Failure | null;
    /** Address the request came from. */
    ip: string | null;
    /** Of the content policy of this answer; styles that the page makes while it runs carry it. */
    secureHeadersNonce?: string;
  };
}

/** The whole API, or one resource of it. */
export type App = OpenAPIHono<ApiEnv>;

export type ApiContext = HonoContext<ApiEnv>;

/** One resource's routes; declared relative to `/api/v1`. Who brings no credentials hears 401 before anything else. */
export function newResource(): OpenAPIHono<ApiEnv> {
  const resource = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  const declare = resource.openapi;
  resource.openapi = ((route: RouteConfig, ...rest: never[]) => {
    const walls = [...(isOpen(route) ? [] : [somebodyAsks]), ...(takesJson(route) ? [jsonOnly] : [])];
    const responses = takesJson(route) ? { ...route.responses, ...notJson() } : route.responses;
    const guarded = { ...route, responses, middleware: [...walls, ...middlewareOf(route)] };
    return (declare as (route: RouteConfig, ...rest: never[]) => unknown)(guarded, ...rest);
  }) as typeof declare;
  return resource;
}

/** Spread into a route that needs no credentials. */
export const open: { security: [] } = { security: [] };

const isOpen = ({ security }: Pick<RouteConfig, 'security'>): boolean => security?.length === 0;

const middlewareOf = (route: RouteConfig): MiddlewareHandler<ApiEnv>[] =>
  [
    (route as { middleware?: MiddlewareHandler<ApiEnv> | MiddlewareHandler<ApiEnv>[] }).middleware ?? [],
  ].flat();

/** Before the validators: what a request must look like is not told to strangers. */
const somebodyAsks: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (c.get('person') === null) requirePrincipal(c);
  await next();
};

const takesJson = ({ request }: RouteConfig): boolean =>
  request?.body?.content['application/json'] !== undefined;

/** What {@link jsonOnly} answers. */
const notJson = () => ({ 415: problemAnswer(['unsupported_type']) });

/** Before the validators: they would take a body of another type for an empty one, and miss every field. */
const jsonOnly: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const type = c.req.header('content-type');
  const hasBody =
    c.req.header('transfer-encoding') !== undefined || Number(c.req.header('content-length')) > 0;
  if (hasBody && !/^application\/(?:[\w.-]+\+)?json *(?:;|$)/i.test(type ?? '')) {
    throw new Failure(
      'unsupported_type',
      `The body must be JSON, announced as Content-Type: application/json, not ${type?.slice(0, 100) ?? 'without a type'}.`,
    );
  }
  await next();
};

/** More than a form has fields; of ten thousand wrong ids a hundred tell enough. */
const toldFaults = 100;

/** Turns zod's findings into one Failure that names every field. */
const refuseInvalid: Hook<unknown, ApiEnv, string, unknown> = (result) => {
  if (result.success) return;
  const issues = result.error.issues;
  // A malformed id is an id nobody can see (R3).
  if (result.target === 'param') throw new Failure('not_found', 'There is nothing at this address.');
  const fields = issues.flatMap((issue) => faultsOf(issue, result.target)).slice(0, toldFaults);
  throw new Failure(
    'invalid',
    fields.map((fault) => `${fault.pointer || 'body'}: ${fault.detail}`).join('; '),
    fields,
  );
};

/** A user or an API key; throws 401, or why the credentials that came along do not count. */
export function requireActing(c: ApiContext): ActingPrincipal {
  const principal = requirePrincipal(c);
  if (principal.kind === 'agent') throw new Failure('forbidden', 'Agents may not call this; use an API key.');
  return principal;
}

/** {@link requireActing}, and may change things: guards watch only (R29). */
export function requireAdmin(c: ApiContext): ActingPrincipal {
  const principal = requireActing(c);
  if (isGuard(principal))
    throw new Failure('forbidden', 'Your role lets you watch, not change. Ask an administrator.');
  return principal;
}

export function requireUser(c: ApiContext): UserPrincipal {
  const principal = requirePrincipal(c);
  if (principal.kind !== 'user') throw new Failure('forbidden', 'Only a signed-in person may call this.');
  return principal;
}

/** {@link requireUser}, also with a duty open: for the routes by which it is done (R28). */
export function requirePerson(c: ApiContext): UserPrincipal {
  return c.get('person') ?? requireUser(c);
}

export function requireAgent(c: ApiContext): AgentPrincipal {
  const principal = requirePrincipal(c);
  if (principal.kind !== 'agent') throw new Failure('forbidden', 'Only an enrolled agent may call this.');
  return principal;
}

export function requirePrincipal(c: ApiContext): Principal {
  const principal = c.get('principal');
  if (principal !== null) return principal;
  throw (
    c.get('refusal') ??
    new Failure('unauthenticated', 'Sign in at POST /api/v1/sessions, or send an API key as bearer token.')
  );
}

/** Where a request comes from, for history and sessions. */
export const originOf = (c: ApiContext): { ip: string | null; userAgent: string | null } => ({
  ip: c.get('ip'),
  userAgent: c.req.header('user-agent')?.slice(0, 300) ?? null,
});

/** Who stands in the history for this request. */
export function actorOf(c: ApiContext): Actor {
  const principal = c.get('principal') ?? c.get('person') ?? requirePrincipal(c);
  const origin = originOf(c);
  switch (principal.kind) {
    case 'user':
      return { kind: 'user', id: principal.userId, name: principal.name, ...origin };
    case 'apiKey':
      return { kind: 'apiKey', id: principal.keyId, name: principal.name, ...origin };
    case 'agent':
      return { kind: 'agent', id: principal.agentId, name: principal.agentId, ...origin };
    default: {
      const never: never = principal;
      return never;
    }
  }
}

/** What stands before every route for people and programs (R12, R20, R28). */
export const signedIn = [
  'unauthenticated',
  'account_disabled',
  'module_disabled',
  'email_not_confirmed',
  'password_change_required',
  'second_factor_required',
  'forbidden',
] as const;

/** Refusals by what a route does; spread into {@link problems}, with what is the route's own. Of reading by a query: */
export const listing = [...signedIn, 'malformed', 'invalid'] as const;
/** Of reading or ending one thing by its id. */
export const byId = [...signedIn, 'not_found'] as const;
/** Of POST and PUT. */
export const writing = [
  ...listing,
  'not_found',
  'conflict',
  'idempotency_in_progress',
  'idempotency_key_reuse',
  'too_large',
] as const;
/** Of changes that carry `If-Match`. */
export const versioned = [
  ...signedIn,
  'malformed',
  'invalid',
  'not_found',
  'conflict',
  'too_large',
  'precondition_failed',
  'precondition_required',
] as const;

// Made anew here: schemas that were made before zod learned `openapi` do not have it.
const problemSchema = z.object(problem.shape).openapi('Problem');

/** Answers of a route beside its success: one problem+json per status; any route may fail on our side. */
export function problems(...codes: ProblemCode[]) {
  const byStatus = new Map<number, string[]>();
  for (const code of new Set<ProblemCode>([...codes, 'internal', 'unavailable'])) {
    const { status } = problemKinds[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries([...byStatus].map(([status, named]) => [status, problemAnswer(named)]));
}

const problemAnswer = (codes: readonly string[]) => ({
  description: codes.join(', '),
  content: { 'application/problem+json': { schema: problemSchema } },
});

/** A JSON body, required. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) =>
  ({ body: { content: { 'application/json': { schema } }, required: true } }) as const;

/** A JSON answer. */
export const jsonAnswer = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  ({ description, content: { 'application/json': { schema } } }) as const;

/** Query of every list. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  cursor: z.string().max(1_000).optional(),
});

/** Answer of every list: `next` is null on the last page. */
export const pageOf = <Schema extends z.ZodType>(item: Schema) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

/** Answers of a list route. */
export const pageAnswer = <Schema extends z.ZodType>(item: Schema) => ({
  200: jsonAnswer(pageOf(item), 'A page'),
  ...problems(...listing),
});

/** Times in answers: RFC 3339, UTC. */
export const time = z.iso.datetime();

/** The version a change refers to, from `If-Match: "7"`; 428 without one, 400 when it is no version. */
export function requireVersion(c: ApiContext): number {
  const header = c.req.header('if-match');
  if (header === undefined) {
    throw new Failure('precondition_required', 'Send If-Match with the version you read (its ETag).');
  }
  // Behind the dot: what the answer looked like (conditional.ts); somebody else's row may have changed it since.
  const match = /^(?:W\/)?"(\d{1,9})(?:\.[\w-]{1,43})?"$/.exec(header.trim());
  if (match === null)
    throw new Failure('malformed', `If-Match must be a version such as "7", not ${header.slice(0, 40)}.`);
  return Number(match[1]);
}

export const etagOf = (version: number): string => `"${version}"`;
