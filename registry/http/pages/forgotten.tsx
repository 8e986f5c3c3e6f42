/** @jsxImportSource hono/jsx */
import { mailReset } from '../../access/own-password.js';
import { Failure } from '../../errors.js';
import { newResource, type App } from '../api.js';
import { email as emailAddress } from '../texts.js';
import { Fault, Field, show } from './layout.js';
import { fieldOf, limitForm, requireOwnForm, type PageParts } from './person.js';
import { refusalText, textsOf } from './texts.js';

/** `/forgotten`: asks for a letter with a link. The answer tells nobody whether there is such an account. */
export function forgottenPages(parts: PageParts): App {
  const pages = newResource();
  pages.get('/forgotten', (c) => {
    const t = textsOf(c);
    return show(parts, c, 200, t.resetTitle, <Form t={t} fault={null} />);
  });
  pages.post('/forgotten', limitForm, async (c) => {
    const t = textsOf(c);
    try {
      requireOwnForm(parts, c);
      const address = emailAddress.safeParse(fieldOf(await c.req.parseBody(), 'email').trim());
      if (!address.success) return show(parts, c, 422, t.resetTitle, <Form t={t} fault={null} />);
      const what = `reset of ${address.data}`;
      parts.throttle.pace(what, c.get('ip'));
      parts.afterwards.run(mailReset(parts, address.data));
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'rate_limited') throw error;
      return show(parts, c, 429, t.resetTitle, <Form t={t} fault={refusalText(c, error)} />);
    }
    return show(
      parts,
      c,
      200,
      t.resetTitle,
      <>
        <p role="status">{t.resetSent}</p>
        <p class="after">
          <a href="/login">{t.toSignIn}</a>
        </p>
      </>,
    );
  });
  return pages;
}

const Form = ({ t, fault }: { t: ReturnType<typeof textsOf>; fault: string | null }) => (
  <>
    <p>{t.resetWhat}</p>
    <Fault text={fault} />
    <form method="post" action="/forgotten">
      <Field label={t.email} name="email" type="email" autocomplete="username" autofocus required />
      <button type="submit">{t.resetSend}</button>
    </form>
    <p class="after">
      <a href="/login">{t.toSignIn}</a>
    </p>
  </>
);
