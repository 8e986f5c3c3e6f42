/** @jsxImportSource hono/jsx */
import type { TenantId } from '@gantry/protocol/ids.js';
import { readLink } from '../../access/links.js';
import { loadMemberships } from '../../access/memberships.js';
import { confirmEmail, setPasswordByLink } from '../../access/own-password.js';
import { Failure } from '../../errors.js';
import { newResource, originOf, type ApiContext, type App } from '../api.js';
import { password } from '../user-fields.js';
import { Fault, Field, show } from './layout.js';
import { limitForm, type PageParts } from './person.js';
import { refusalText, textsOf, type PageTexts } from './texts.js';

const kinds = {
  activate: { purpose: 'activate', title: 'activateTitle' },
  reset: { purpose: 'reset', title: 'resetTitle' },
  confirm: { purpose: 'confirm_email', title: 'confirmTitle' },
} as const;

/** Whose link it is, and for whom they work: the page looks as at that tenant. */
interface Asked {
  name: string;
  tenantId: TenantId | null;
  tenantName: string | null;
}

/**
 * Where the links of letters lead (R27). GET only shows a form: whatever opens links by itself, such as a mail
 * scanner, uses nothing up; POST does. Works without scripts.
 */
export function linkPages(parts: PageParts): App {
  const pages = newResource();
  for (const [folder, { purpose, title }] of Object.entries(kinds)) {
    const asked = async (secret: string): Promise<Asked> => {
      const { name, userId } = await readLink(parts, parts.db, secret, purpose);
      const [place] = await loadMemberships(parts.db, userId);
      return { name, tenantId: place?.tenantId ?? null, tenantName: place?.tenantName ?? null };
    };
    const form = (
      c: ApiContext,
      status: 200 | 422,
      { name, tenantId, tenantName }: Asked,
      fault: string | null,
    ): Promise<Response> => {
      const t = textsOf(c);
      return show(
        parts,
        c,
        status,
        t[title],
        <>
          <p>
            {t.hello(name)}
            {purpose === 'activate' && tenantName !== null ? ` ${t.invitedBy(tenantName)}` : ''}
          </p>
          <Fault text={fault} />
          <form method="post">
            {purpose === 'confirm_email' ? '' : <NewPassword t={t} />}
            <button type="submit">{purpose === 'confirm_email' ? t.confirm : t.setPassword}</button>
          </form>
        </>,
        { tenantId },
      );
    };

    pages.get(`/${folder}/:secret`, (c) =>
      answered(parts, c, async () => form(c, 200, await asked(c.req.param('secret')), null)),
    );
    pages.post(`/${folder}/:secret`, limitForm, (c) =>
      answered(parts, c, async () => {
        const t = textsOf(c);
        const secret = c.req.param('secret');
        const link = await asked(secret);
        if (purpose === 'confirm_email') {
          await confirmEmail(parts, secret, originOf(c));
          return done(parts, c, link, t.confirmed);
        }
        const { password: chosen, again } = await c.req.parseBody();
        const checked = password.safeParse(chosen);
        if (!checked.success)
          return form(c, 422, link, t.passwordFault(checked.error.issues[0]?.message ?? 'is missing'));
        if (chosen !== again) return form(c, 422, link, t.differ);
        const act = { secret, purpose, password: checked.data };
        await setPasswordByLink(parts, parts.passwords, act, originOf(c));
        return done(parts, c, link, t.passwordSet);
      }),
    );
  }
  return pages;
}

/** A password and the same again. */
export const NewPassword = ({ t }: { t: PageTexts }) => {
  const input = { type: 'password', autocomplete: 'new-password', maxlength: 1_000, required: true };
  return (
    <>
      <Field label={t.newPassword} name="password" minlength={8} {...input} />
      <Field label={t.again} name="again" {...input} />
    </>
  );
};

function done(parts: PageParts, c: ApiContext, { tenantId }: Asked, said: string): Promise<Response> {
  const t = textsOf(c);
  return show(
    parts,
    c,
    200,
    t.done,
    <>
      <p role="status">{said}</p>
      <a class="button" href="/">
        {t.signIn}
      </a>
    </>,
    { tenantId },
  );
}

/** What is refused is told as a page: a person reads it. An ended link offers a new one. */
async function answered(parts: PageParts, c: ApiContext, act: () => Promise<Response>): Promise<Response> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Failure) || (error.code !== 'not_found' && error.code !== 'unavailable'))
      throw error;
    const t = textsOf(c);
    return show(
      parts,
      c,
      error.code === 'not_found' ? 404 : 503,
      t.failed,
      <>
        <p>{refusalText(c, error)}</p>
        <a class="button" href="/forgotten">
          {t.newLink}
        </a>
      </>,
    );
  }
}
