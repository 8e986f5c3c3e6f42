import { getConnInfo } from '@hono/node-server/conninfo';
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { getCookie } from 'hono/cookie';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import { getPath } from 'hono/utils/url';
import { authenticateAnyhow, type Credentials } from '../access/authenticate.js';
import type { Passwords } from '../access/passwords.js';
import { restricted } from '../access/sessions.js';
import type { Throttle } from '../access/throttle.js';
import type { Afterwards } from '../afterwards.js';
import type { Context } from '../context.js';
import { Failure, notFound } from '../errors.js';
import type { ApiContext, ApiEnv, App } from './api.js';
import { apiKeysResource } from './api-keys.js';
import { clientAddress, type TrustedProxies } from './client-address.js';
import { conditional } from './conditional.js';
import { importAtMostBytes, importPath } from './cameras-import.js';
import { sessionCookie } from './cookie.js';
import { enrolResource } from './enrol.js';
import { enrolmentTokensResource } from './enrolment-tokens.js';
import { historyResource } from './history.js';
import { idempotency } from './idempotency.js';
import { legalHoldsResource } from './legal-holds.js';
import { mailResource } from './mail.js';
import { moduleWall } from './module-wall.js';
import { modulesResource } from './modules.js';
import { operationsResource } from './operations.js';
import { isOwnOrigin } from './origin.js';
import { ownAccountResource } from './own-account.js';
import { plansResource } from './plans.js';
import { pagesBeforePortal } from './pages/pages.js';
import { problemPages } from './problem-pages.js';
import { answerTo, loggable, toFailure } from './problem.js';
import { rolesResource } from './roles.js';
import { secondFactorResource } from './second-factor.js';
import { sessionsResource } from './sessions.js';
import { statusResource } from './status.js';
import { supportGrantsResource } from './support-grants.js';
import { tenantDeletionResource } from './tenant-deletion.js';
import { tenantSwitchesResource } from './tenant-switches.js';
import { tenantsResource } from './tenants.js';
import { userActsResource } from './user-acts.js';
import { usersResource } from './users.js';
import { routingPath } from './verbs.js';

export const basePath = '/api/v1';
/** Agents hand in media; these routes bound what they read themselves. */
const mediaPath = `${basePath}/agent/`;
const maxBodyBytes = 1024 * 1024;

export type AppParts = Context & {
  passwords: Passwords;
  throttle: Throttle;
  trustedProxies: TrustedProxies;
  afterwards: Afterwards;
};

/**
 * The whole HTTP side. `resources` are what other parts of the registry bring (cameras, recordings, …),
 * `pages` what is served outside the API.
 */
export function createApp(parts: AppParts, more: { resources: readonly App[]; pages: App }): App {
  const app: App = new OpenAPIHono<ApiEnv>({ getPath: (request) => routingPath(getPath(request)) });
  app.onError((error, c) => {
    const failure = toFailure(error);
    if (failure.status >= 500) {
      parts.log.error(
        { err: loggable(error), requestId: c.get('requestId'), path: c.req.path },
        'request failed',
      );
    }
    return answerTo(error, c.get('requestId') ?? '');
  });
  app.notFound((c) => answerTo(noSuchPath(c), c.get('requestId') ?? ''));

  app.use(async (c, next) => {
    const requestId = requestIdOf(c) ?? Buffer.from(parts.random(9)).toString('base64url');
    c.set('requestId', requestId);
    c.set('ip', clientAddress(connectionOf(c), c.req.header('x-forwarded-for'), parts.trustedProxies));
    c.set('principal', null);
    c.set('person', null);
    c.set('refusal', null);
    await next();
    c.res.headers.set('x-request-id', requestId);
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", NONCE],
        imgSrc: ["'self'", 'blob:', 'data:'],
        mediaSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: 'DENY',
      referrerPolicy: 'no-referrer',
      strictTransportSecurity: parts.publicUrl().startsWith('https:') ? 'max-age=31536000' : false,
    }),
  );
  app.use(`${basePath}/*`, async (c, next) => {
    await identify(parts, c);
    await next();
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  });
  app.use(`${basePath}/*`, conditional);
  app.use(`${basePath}/*`, moduleWall(parts, basePath));
  const limitBody = (maxSize: number) =>
    bodyLimit({
      maxSize,
      onError: () => {
        throw new Failure('too_large', `The body is over ${maxSize} bytes. Send less at once.`);
      },
    });
  const [limitImport, limitOthers] = [limitBody(importAtMostBytes), limitBody(maxBodyBytes)];
  app.use(`${basePath}/*`, (c, next) => {
    if (c.req.path.startsWith(mediaPath)) return next();
    return c.req.path === `${basePath}${importPath}` ? limitImport(c, next) : limitOthers(c, next);
  });
  app.use(`${basePath}/*`, idempotency(parts));

  const resources = [
    sessionsResource(parts),
    tenantsResource(parts),
    tenantSwitchesResource(parts),
    tenantDeletionResource(parts),
    operationsResource(parts),
    modulesResource(parts),
    legalHoldsResource(parts),
    usersResource(parts),
    userActsResource(parts),
    ownAccountResource(parts),
    secondFactorResource(parts),
    mailResource(parts),
    rolesResource(parts),
    supportGrantsResource(parts),
    plansResource(parts),
    apiKeysResource(parts),
    enrolmentTokensResource(parts),
    enrolResource(parts),
    historyResource(parts),
    statusResource(parts, () => app),
    ...more.resources,
  ];
  for (const resource of resources) app.route(basePath, resource);
  app.route('/', problemPages());
  app.route('/', pagesBeforePortal(parts));
  app.route('/', more.pages);
  return app;
}

/** A caller's own number for its request, so that its log and ours name it alike. */
function requestIdOf(c: ApiContext): string | undefined {
  const given = c.req.header('x-request-id');
  return given !== undefined && /^[\w.:-]{8,64}$/.test(given) ? given : undefined;
}

/** Puts the principal on the request, or why what came along does not count; the routes demand what they need. */
async function identify(parts: AppParts, c: ApiContext): Promise<void> {
  const credentials = credentialsOf(c, sessionCookie(parts.publicUrl()).name);
  if (credentials?.kind !== 'bearer') {
    const request = { method: c.req.method, origin: c.req.header('origin'), host: c.req.header('host') };
    if (!isOwnOrigin(request, parts.publicUrl())) {
      throw new Failure(
        'forbidden',
        'This request comes from a page of another site, and was not carried out.',
      );
    }
  }
  if (credentials === null) return;
  try {
    const principal = await authenticateAnyhow(parts, credentials, c.get('ip'));
    if (principal.kind === 'user') c.set('person', principal);
    // With a duty open (R28) nobody is there but for the routes that ask for the person.
    if (principal.kind === 'user' && principal.restriction !== null) throw restricted(principal.restriction);
    c.set('principal', principal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    c.set('refusal', error);
  }
}

function credentialsOf(c: ApiContext, cookieName: string): Credentials | null {
  const header = c.req.header('authorization');
  if (header !== undefined) {
    const token = /^bearer +(\S{1,4000})$/i.exec(header)?.[1];
    // Any other scheme counts as a token nobody has: never fall back to a cookie behind a caller's back.
    return { kind: 'bearer', token: token ?? '' };
  }
  const cookie = getCookie(c, cookieName);
  return cookie === undefined ? null : { kind: 'cookie', token: cookie };
}

/** Null when the app is called in the process. */
function connectionOf(c: ApiContext): string | null {
  return c.env !== undefined && 'incoming' in (c.env as object)
    ? (getConnInfo(c).remote.address ?? null)
    : null;
}

const noSuchPath = (c: ApiContext): Failure => notFound('page', new URL(c.req.url).pathname.slice(0, 200));
