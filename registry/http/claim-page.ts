import { tenantId } from '@gantry/protocol/ids.js';
import { getCookie } from 'hono/cookie';
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { authenticate } from '../access/authenticate.js';
import { isGuard, scopeOf, type UserPrincipal } from '../access/principal.js';
import type { Actor } from '../actor.js';
import { approveClaim, openWaitingBox, rejectClaim } from '../enrolment/decide.js';
import { integratorsOf } from '../enrolment/integrators.js';
import type { WaitingBox } from '../enrolment/waiting-boxes.js';
import { Failure } from '../errors.js';
import { newResource, type ApiContext, type App } from './api.js';
import { openerOf, ownTenantOf, type ClaimParts } from './claims.js';
import { sessionCookie } from './cookie.js';
import { isOwnOrigin } from './origin.js';

type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

const shownIntegrators = 200;

/**
 * `/e/CODE`: where the QR code on a box leads (R34). Rendered here, works without scripts: a form posts the decision.
 * Upper-case addresses are answered too: they make the QR code smaller.
 */
export function claimPages(parts: ClaimParts): App {
  const pages = newResource();
  pages.get('/claim.css', (c) =>
    c.body(style, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' }),
  );
  pages.get('/e', async (c): Promise<Response> => {
    const code = c.req.query('code')?.trim();
    return code ? c.redirect(`/e/${encodeURIComponent(code.slice(0, 40))}`) : show(200, enterCode());
  });
  pages.get('/E/:code', (c) => c.redirect(`/e/${encodeURIComponent(c.req.param('code'))}`));
  pages.get('/e/:code', (c) =>
    asPerson(parts, c, async (person, actor) => {
      const box = await openWaitingBox(parts, actor, openerOf(person), c.req.param('code') ?? '');
      const integrators = await integratorsOf(parts.db, scopeOf(person), shownIntegrators);
      return show(200, decision(box, integrators));
    }),
  );
  pages.post('/e/:code', (c) =>
    asPerson(parts, c, async (person, actor) => {
      const request = {
        method: 'POST',
        origin: c.req.header('origin') ?? 'null',
        host: c.req.header('host'),
      };
      if (!isOwnOrigin(request, parts.publicUrl()))
        throw new Failure('forbidden', 'This form was sent from another site, and was not carried out.');
      const code = c.req.param('code') ?? '';
      const form = await c.req.parseBody();
      if (form['decision'] === 'reject') {
        await rejectClaim(parts, actor, ownTenantOf(person), code);
        return show(200, said('Turned away', 'The box was turned away. It says so on its screen.'));
      }
      const integratorId = tenantId.safeParse(form['integratorId']);
      if (!integratorId.success) throw new Failure('invalid', 'Choose the integrator the box belongs to.');
      const name = typeof form['name'] === 'string' ? form['name'].trim().slice(0, 200) : '';
      const agent = await approveClaim(parts, actor, scopeOf(person), code, {
        integratorId: integratorId.data,
        name: name === '' ? null : name,
        autoBind: null,
      });
      // The box connects within seconds; there its cameras arrive.
      return c.redirect(`/setup/${agent.id}`, 303);
    }),
  );
  return pages;
}

/** Runs `act` for a signed-in person who may change things; anybody else is told what is missing. */
async function asPerson(
  parts: ClaimParts,
  c: ApiContext,
  act: (person: UserPrincipal, actor: Actor) => Promise<Response>,
): Promise<Response> {
  const person = await personOf(parts, c);
  if (person === null) return show(401, signInFirst(new URL(c.req.url).pathname));
  const userAgent = c.req.header('user-agent')?.slice(0, 300) ?? null;
  try {
    if (isGuard(person))
      throw new Failure('forbidden', 'Your role lets you watch, not change. Ask an administrator.');
    return await act(person, {
      kind: 'user',
      id: person.userId,
      name: person.name,
      ip: c.get('ip'),
      userAgent,
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.status >= 500) throw error;
    return show(error.status, said('This did not work', error.message));
  }
}

async function personOf(parts: ClaimParts, c: ApiContext): Promise<UserPrincipal | null> {
  const token = getCookie(c, sessionCookie(parts.publicUrl()).name);
  if (token === undefined) return null;
  try {
    const principal = await authenticate(parts, { kind: 'cookie', token });
    return principal.kind === 'user' ? principal : null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

async function show(status: number, content: Markup): Promise<Response> {
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <!-- Without a referrer policy of its own the form would be sent with the origin "null". -->
        <meta name="referrer" content="same-origin" />
        <title>Let a box in · Gantry</title>
        <link rel="stylesheet" href="/claim.css" />
      </head>
      <body>
        <main>${await content}</main>
      </body>
    </html>`;
  return new Response(String(page), {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}

const said = (title: string, text: string): Markup =>
  html`<h1>${title}</h1>
    <p role="status">${text}</p>
    <p><a href="/">To the cameras</a></p>`;

const signInFirst = (path: string): Markup =>
  html`<h1>Let a box in</h1>
    <p>Sign in first; this page comes back then.</p>
    <p><a class="button" href="/login?next=${encodeURIComponent(path)}">Sign in</a></p>`;

const enterCode = (): Markup =>
  html`<h1>Let a box in</h1>
    <form method="get" action="/e">
      <label for="code">Code on the screen of the box</label>
      <input id="code" name="code" required maxlength="40" autocomplete="off" autocapitalize="characters" />
      <button>Continue</button>
    </form>`;

function decision(box: WaitingBox, integrators: readonly { id: string; name: string }[]): Markup {
  switch (box.state) {
    case 'approved':
    case 'rejected':
      return said(`This box was ${box.state}`, 'A code is used once. Nothing is left to do here.');
    case 'expired':
      return said('This code has expired', 'Open the page of the new code that the box shows.');
    case 'pending':
      return html`<h1>Let this box in?</h1>
        <dl>
          <dt>Words</dt>
          <dd class="words">${box.words.join(' ')}</dd>
          <dt>Host name</dt>
          <dd>${box.hostname || 'unknown'}</dd>
          <dt>Asked from</dt>
          <dd>${box.ip ?? 'unknown'}</dd>
          <dt>Version</dt>
          <dd>${box.agentVersion}</dd>
          <dt>Code</dt>
          <dd>${box.userCode}, until ${box.expiresAt.toISOString().slice(11, 16)} UTC</dd>
        </dl>
        <p>Approve only when the box in front of you shows the same three words.</p>
        ${
          integrators.length === 0
            ? html`<p role="status">You administer no integrator, so you cannot let a box in.</p>`
            : decisionForm(box, integrators)
        }`;
    default: {
      const never: never = box.state;
      return never;
    }
  }
}

const decisionForm = (box: WaitingBox, integrators: readonly { id: string; name: string }[]): Markup =>
  html`<form method="post" action="/e/${box.userCode}">
    <label for="integrator">Integrator</label>
    <select id="integrator" name="integratorId" required>
      ${integrators.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}
    </select>
    <label for="name">Name of the box</label>
    <input id="name" name="name" value="${box.hostname}" maxlength="200" autocomplete="off" />
    <button name="decision" value="approve">Approve</button>
    <button name="decision" value="reject" class="quiet">Reject</button>
  </form>`;

const style = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 28rem; margin: 0 auto; padding: 1.5rem 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { opacity: .75; }
dd { margin: 0; overflow-wrap: anywhere; }
.words { font-size: 1.5rem; font-weight: 700; }
label { display: block; margin-top: 1rem; }
input, select, button, .button { box-sizing: border-box; display: block; width: 100%; min-height: 3rem; padding: .5rem .75rem; font: inherit; }
button, .button { margin-top: 1rem; border: 0; border-radius: .5rem; background: #14532d; color: #fff; font-weight: 600; text-align: center; text-decoration: none; line-height: 2rem; }
.quiet { border: 1px solid; background: transparent; color: inherit; }
`;
