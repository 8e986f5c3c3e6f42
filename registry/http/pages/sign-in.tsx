/** @jsxImportSource hono/jsx */
import { setCookie } from 'hono/cookie';
import type { Proof } from '../../access/second-factor/proof.js';
import { signOut, type SignedIn } from '../../access/sessions.js';
import { finishSignIn, signIn, type SecondStep } from '../../access/sign-in.js';
import { Failure } from '../../errors.js';
import { newResource, originOf, type ApiContext, type App } from '../api.js';
import { sessionCookie } from '../cookie.js';
import { isOwnPath } from '../portal-files.js';
import { Fault, Field, show } from './layout.js';
import { fieldOf, limitForm, personOf, requireOwnForm, type PageParts } from './person.js';
import { refusalText, textsOf } from './texts.js';

/** P2: `/login`, and its second step. Leads to the page that was asked for. */
export function signInPages(parts: PageParts): App {
  const pages = newResource();

  pages.get('/login', async (c) => {
    const person = await personOf(parts, c);
    if (person !== null && c.req.query('other') === undefined)
      return c.redirect(afterSignIn(person, nextOf(c)));
    return showSignIn(parts, c, 200, { email: '', fault: null });
  });

  pages.post('/login', limitForm, async (c) => {
    requireOwnForm(parts, c);
    const form = await c.req.parseBody();
    const email = fieldOf(form, 'email').trim().slice(0, 320);
    const password = fieldOf(form, 'password').slice(0, 1_000);
    try {
      const result = await signIn(parts, parts, { email, password }, originOf(c));
      return result.kind === 'session'
        ? await welcome(parts, c, result.signed)
        : showSecondStep(parts, c, 200, result.step, null);
    } catch (error) {
      const { status, text } = refusal(c, error);
      return showSignIn(parts, c, status, { email, fault: text });
    }
  });

  pages.post('/login/second-step', limitForm, async (c) => {
    requireOwnForm(parts, c);
    const form = await c.req.parseBody();
    const challenge = fieldOf(form, 'challenge').slice(0, 200);
    try {
      const proof = proofOf(form);
      return await welcome(
        parts,
        c,
        await finishSignIn(parts, parts.throttle, { challenge, proof }, originOf(c)),
      );
    } catch (error) {
      const { status, text } = refusal(c, error);
      // A passkey's options are not kept: after a wrong try the other ways remain.
      const methods: SecondStep['methods'] = ['totp', 'recoveryCode'];
      return showSecondStep(parts, c, status, { challenge, methods, passkey: null }, text);
    }
  });
  return pages;
}

const nextOf = (c: ApiContext): string => {
  const next = c.req.query('next') ?? '/';
  return isOwnPath(next) ? next : '/';
};

/** Whoever has something to do first does it first (R28). */
const afterSignIn = (person: { restriction: string | null }, next: string): string =>
  person.restriction === null ? next : `/login/first?next=${encodeURIComponent(next)}`;

/** A session never outlives the next sign-in of its browser. */
async function welcome(parts: PageParts, c: ApiContext, signed: SignedIn): Promise<Response> {
  const before = await personOf(parts, c);
  if (before !== null) await signOut(parts, before.tokenHash);
  const { name, options } = sessionCookie(parts.publicUrl());
  setCookie(c, name, signed.token, { ...options, expires: signed.expiresAt });
  return c.redirect(afterSignIn(signed.principal, nextOf(c)), 303);
}

/** Throws the first proof the form brings away as `unauthenticated` when it is none. */
function proofOf(form: Readonly<Record<string, unknown>>): Proof {
  const passkey = fieldOf(form, 'passkey');
  if (passkey !== '') return { kind: 'passkey', response: parsed(passkey) as never };
  const recoveryCode = fieldOf(form, 'recoveryCode').trim().slice(0, 40);
  if (recoveryCode !== '') return { kind: 'recoveryCode', code: recoveryCode };
  return { kind: 'totp', code: fieldOf(form, 'totp').replaceAll(/\s/g, '').slice(0, 6) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure('unauthenticated', 'The passkey was not accepted. Try again, or use another way.');
  }
}

const refusals = {
  unauthenticated: 401,
  account_disabled: 403,
  rate_limited: 429,
  invalid: 422,
  unavailable: 503,
} as const;
type Refusal = keyof typeof refusals;

/** What a person is told; anything else is thrown on. */
function refusal(c: ApiContext, error: unknown): { status: (typeof refusals)[Refusal]; text: string } {
  if (!(error instanceof Failure) || !Object.hasOwn(refusals, error.code)) throw error;
  return { status: refusals[error.code as Refusal], text: refusalText(c, error) };
}

const actionOf = (c: ApiContext, path: string): string => `${path}?next=${encodeURIComponent(nextOf(c))}`;

function showSignIn(
  parts: PageParts,
  c: ApiContext,
  status: 200 | 401 | 403 | 422 | 429 | 503,
  shown: { email: string; fault: string | null },
): Promise<Response> {
  const t = textsOf(c);
  return show(
    parts,
    c,
    status,
    t.signIn,
    <>
      <Fault text={shown.fault} />
      <form method="post" action={actionOf(c, '/login')}>
        <Field
          label={t.email}
          name="email"
          type="email"
          autocomplete="username"
          value={shown.email}
          autofocus={shown.email === ''}
          required
        />
        <Field
          label={t.password}
          name="password"
          type="password"
          autocomplete="current-password"
          autofocus={shown.email !== ''}
          required
        />
        <button type="submit">{t.signIn}</button>
      </form>
      <p class="after">
        <a href="/forgotten">{t.forgotten}</a>
      </p>
    </>,
  );
}

function showSecondStep(
  parts: PageParts,
  c: ApiContext,
  status: 200 | 401 | 403 | 422 | 429 | 503,
  { challenge, methods, passkey }: Pick<SecondStep, 'challenge' | 'methods' | 'passkey'>,
  fault: string | null,
): Promise<Response> {
  const t = textsOf(c);
  const action = actionOf(c, '/login/second-step');
  const hidden = <input type="hidden" name="challenge" value={challenge} />;
  return show(
    parts,
    c,
    status,
    t.secondStep,
    <>
      <Fault text={fault} />
      {passkey === null ? (
        ''
      ) : (
        <form method="post" action={action} data-passkey={JSON.stringify(passkey)} hidden>
          {hidden}
          <input type="hidden" name="passkey" />
          <p id="passkey-fault" class="fault" role="alert" hidden>
            {t.passkeyFailed}
          </p>
          <button type="submit">{t.usePasskey}</button>
        </form>
      )}
      {methods.includes('totp') ? (
        <form method="post" action={action}>
          {hidden}
          <Field
            label={t.totp}
            name="totp"
            inputmode="numeric"
            autocomplete="one-time-code"
            pattern="[0-9 ]{6,7}"
            autofocus
            required
          />
          <button type="submit">{t.continue}</button>
        </form>
      ) : (
        ''
      )}
      {methods.includes('recoveryCode') ? (
        <details open={!methods.includes('totp') && passkey === null}>
          <summary>{t.recoveryInstead}</summary>
          <form method="post" action={action}>
            {hidden}
            <Field
              label={t.recoveryCode}
              name="recoveryCode"
              autocomplete="off"
              autocapitalize="none"
              required
            />
            <button type="submit">{t.continue}</button>
          </form>
        </details>
      ) : (
        ''
      )}
      <p class="after">
        <a href={`${actionOf(c, '/login')}&other=1`}>{t.otherAccount}</a>
      </p>
    </>,
    passkey === null ? {} : { script: '/pages-passkey.js' },
  );
}
