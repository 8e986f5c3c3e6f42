/** @jsxImportSource hono/jsx */
import { encode } from 'uqr';
import { changeOwnPassword, resendConfirmation } from '../../access/own-password.js';
import type { UserPrincipal } from '../../access/principal.js';
import { beginTotp, confirmTotp } from '../../access/second-factor/setup.js';
import { signOut } from '../../access/sessions.js';
import { Failure } from '../../errors.js';
import { actorOf, newResource, type ApiContext, type App } from '../api.js';
import { isOwnPath } from '../portal-files.js';
import { password } from '../user-fields.js';
import { Fault, Field, show } from './layout.js';
import { NewPassword } from './links.js';
import { fieldOf, limitForm, personOf, requireOwnForm, type PageParts } from './person.js';
import { refusalText, textsOf } from './texts.js';

/** `/login/first`: what a signed-in person has to do before anything else (R28), one duty after the other. */
export function dutyPages(parts: PageParts): App {
  const pages = newResource();

  pages.get('/login/first', async (c) => {
    const person = await personOf(parts, c);
    return person === null ? c.redirect(addressOf(c, '/login')) : showDuty(parts, c, person, null);
  });

  pages.post('/login/first', limitForm, async (c) => {
    requireOwnForm(parts, c);
    const person = await personOf(parts, c);
    if (person === null) return c.redirect(addressOf(c, '/login'), 303);
    const form = await c.req.parseBody();
    if (fieldOf(form, 'act') === 'signOut') {
      await signOut(parts, person.tokenHash);
      return c.redirect('/login', 303);
    }
    try {
      const answer = await carryOut(parts, c, person, form);
      return answer ?? c.redirect(addressOf(c, '/login/first'), 303);
    } catch (error) {
      if (!(error instanceof Failure) || error.status >= 500) throw error;
      return showDuty(parts, c, person, refusalText(c, error));
    }
  });
  return pages;
}

const nextOf = (c: ApiContext): string => {
  const next = c.req.query('next') ?? '/';
  return isOwnPath(next) ? next : '/';
};
const addressOf = (c: ApiContext, path: string): string => `${path}?next=${encodeURIComponent(nextOf(c))}`;

/** Does what the form asks for; a page to show, or null to look again at what is left. */
async function carryOut(
  parts: PageParts,
  c: ApiContext,
  person: UserPrincipal,
  form: Readonly<Record<string, unknown>>,
): Promise<Response | null> {
  const t = textsOf(c);
  switch (person.restriction) {
    case null:
      return null;
    case 'email_not_confirmed': {
      const what = `confirmation of ${person.userId}`;
      parts.throttle.pace(what, c.get('ip'));
      await resendConfirmation(parts, person);
      return showDuty(parts, c, person, null, t.sentAgain);
    }
    case 'password_change_required': {
      const checked = password.safeParse(form['password']);
      if (!checked.success)
        throw new Failure('invalid', t.passwordFault(checked.error.issues[0]?.message ?? 'is missing'));
      if (form['password'] !== form['again']) throw new Failure('invalid', t.differ);
      const act = { current: fieldOf(form, 'current'), next: checked.data };
      await changeOwnPassword(parts, parts, actorOf(c), person, act);
      return null;
    }
    case 'second_factor_required': {
      const codes = await confirmTotp(parts, actorOf(c), person, fieldOf(form, 'code').replaceAll(/\s/g, ''));
      return show(
        parts,
        c,
        200,
        t.codesTitle,
        <>
          <p>{t.codesWhat}</p>
          <ol class="codes">
            {codes.map((code) => (
              <li>{code}</li>
            ))}
          </ol>
          <a class="button" href={nextOf(c)}>
            {t.codesKept}
          </a>
        </>,
      );
    }
    default: {
      const never: never = person.restriction;
      return never;
    }
  }
}

async function showDuty(
  parts: PageParts,
  c: ApiContext,
  person: UserPrincipal,
  fault: string | null,
  said: string | null = null,
): Promise<Response> {
  const t = textsOf(c);
  const action = addressOf(c, '/login/first');
  const status = fault === null ? 200 : 422;
  const after = (
    <form method="post" action={action}>
      <button class="quiet" name="act" value="signOut">
        {t.signOut}
      </button>
    </form>
  );
  switch (person.restriction) {
    case null:
      return c.redirect(nextOf(c));
    case 'email_not_confirmed':
      return show(
        parts,
        c,
        status,
        t.confirmFirst,
        <>
          <p>{t.confirmFirstWhat(person.email)}</p>
          <Fault text={fault} />
          {said === null ? '' : <p role="status">{said}</p>}
          <a class="button" href={action}>
            {t.confirmedGoOn}
          </a>
          <form method="post" action={action}>
            <button class="quiet">{t.sendAgain}</button>
          </form>
          {after}
        </>,
      );
    case 'password_change_required':
      return show(
        parts,
        c,
        status,
        t.changeFirst,
        <>
          <Fault text={fault} />
          <form method="post" action={action}>
            <Field
              label={t.currentPassword}
              name="current"
              type="password"
              autocomplete="current-password"
              required
            />
            <NewPassword t={t} />
            <button>{t.setPassword}</button>
          </form>
          {after}
        </>,
      );
    case 'second_factor_required': {
      const { secret, uri } = await beginTotp(parts, person);
      return show(
        parts,
        c,
        status,
        t.protectFirst,
        <>
          <p>{t.protectWhat}</p>
          <Fault text={fault} />
          <Qr text={uri} label={t.qrLabel} />
          <p class="note">
            {t.secretByHand} <span class="code">{secret}</span>
          </p>
          <form method="post" action={action}>
            <Field
              label={t.code}
              name="code"
              inputmode="numeric"
              autocomplete="one-time-code"
              pattern="[0-9 ]{6,7}"
              required
            />
            <button>{t.protect}</button>
          </form>
          {after}
        </>,
      );
    }
    default: {
      const never: never = person.restriction;
      return never;
    }
  }
}

/** Dark on white in both schemes: phones read no light codes on dark. */
function Qr({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 2 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      class="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shape-rendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}
