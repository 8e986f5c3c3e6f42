import { bodyLimit } from 'hono/body-limit';
import { html } from 'hono/html';
import { confirmEmail, setPasswordByLink } from '../access/own-password.js';
import { readLink } from '../access/links.js';
import type { Passwords } from '../access/passwords.js';
import type { Context } from '../context.js';
import { Failure } from '../errors.js';
import { newResource, originOf, type ApiContext, type App } from './api.js';
import { password } from './user-fields.js';

type Markup = ReturnType<typeof html>;

const kinds = {
  activate: { purpose: 'activate', title: 'Choose your password', act: 'Set password' },
  reset: { purpose: 'reset', title: 'Choose a new password', act: 'Set password' },
  confirm: { purpose: 'confirm_email', title: 'Confirm your address', act: 'Confirm' },
} as const;

const maxFormBytes = 16 * 1024;

/**
 * Where the links of letters lead (R27). GET only shows a form: whatever opens links by itself, such as a mail
 * scanner, uses nothing up; POST does. Works without scripts.
 */
export function linkPages(parts: Context & { passwords: Passwords }): App {
  const pages = newResource();
  const limit = bodyLimit({
    maxSize: maxFormBytes,
    onError: () => {
      throw new Failure('too_large', 'This form is too large.');
    },
  });
  for (const [folder, { purpose, title, act }] of Object.entries(kinds)) {
    const form = (name: string, fault: string | null): Markup =>
      page(
        title,
        html`<p>Hello ${name}.</p>
          ${fault === null ? '' : html`<p role="alert"><strong>${fault}</strong></p>`}
          <form method="post">
            ${purpose === 'confirm_email' ? '' : passwordField}
            <button type="submit">${act}</button>
          </form>`,
      );
    const asked = (secret: string) => readLink(parts, parts.db, secret, purpose);

    pages.get(`/${folder}/:secret`, (c) =>
      answered(c, async () => show(c, 200, form((await asked(c.req.param('secret'))).name, null))),
    );
    pages.post(`/${folder}/:secret`, limit, (c) =>
      answered(c, async () => {
        const secret = c.req.param('secret');
        const { name } = await asked(secret);
        if (purpose === 'confirm_email') {
          await confirmEmail(parts, secret, originOf(c));
          return show(c, 200, done('Thank you. Your address is confirmed.'));
        }
        const { password: chosen, again } = await c.req.parseBody();
        const checked = password.safeParse(chosen);
        if (!checked.success) {
          return show(
            c,
            422,
            form(name, `The password ${checked.error.issues[0]?.message ?? 'is missing'}.`),
          );
        }
        if (chosen !== again) return show(c, 422, form(name, 'The two passwords are not the same.'));
        await setPasswordByLink(
          parts,
          parts.passwords,
          { secret, purpose, password: checked.data },
          originOf(c),
        );
        return show(c, 200, done('Your password is set.'));
      }),
    );
  }
  return pages;
}

const passwordField = html`<p>
    <label
      >Password, at least 8 characters<br />
      <input
        type="password"
        name="password"
        autocomplete="new-password"
        minlength="8"
        maxlength="1000"
        required
      />
    </label>
  </p>
  <p>
    <label
      >The same again<br />
      <input type="password" name="again" autocomplete="new-password" maxlength="1000" required />
    </label>
  </p>`;

const done = (said: string): Markup =>
  page(
    'Done',
    html`<p>${said}</p>
      <p><a href="/">Sign in</a></p>`,
  );

const page = (title: string, body: Markup): Markup =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`;

/** Never kept, never indexed; its address must not travel on as a referrer either (secureHeaders sees to that). */
async function show(c: ApiContext, status: 200 | 404 | 422 | 503, markup: Markup): Promise<Response> {
  c.header('cache-control', 'no-store');
  return c.html(await markup, status);
}

/** What is refused is told as a page: a person reads it. */
async function answered(c: ApiContext, act: () => Promise<Response>): Promise<Response> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Failure) || (error.code !== 'not_found' && error.code !== 'unavailable'))
      throw error;
    const status = error.code === 'not_found' ? 404 : 503;
    return show(c, status, page('This did not work', html`<p>${error.message}</p>`));
  }
}
