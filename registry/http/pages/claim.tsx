/** @jsxImportSource hono/jsx */
import { tenantId } from '@gantry/protocol/ids.js';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isGuard, scopeOf, type UserPrincipal } from '../../access/principal.js';
import { approveClaim, openWaitingBox, rejectClaim } from '../../enrolment/decide.js';
import { integratorsOf } from '../../enrolment/integrators.js';
import type { WaitingBox } from '../../enrolment/waiting-boxes.js';
import { Failure } from '../../errors.js';
import { actorOf, newResource, type ApiContext, type App } from '../api.js';
import { openerOf, ownTenantOf, type ClaimParts } from '../claims.js';
import { claimRefusals, claimTexts, type ClaimTexts } from './claim-texts.js';
import { Field, show } from './layout.js';
import { fieldOf, limitForm, personOf, requireOwnForm } from './person.js';
import { refusalText, textsOf, wordsOf } from './texts.js';

const shownIntegrators = 200;

type Integrators = readonly { id: string; name: string }[];

/**
 * `/e/CODE`: where the QR code on a box leads (R34). Works without scripts: a form posts the decision.
 * Upper-case addresses are answered too: they make the QR code smaller.
 */
export function claimPages(parts: ClaimParts): App {
  const pages = newResource();
  pages.get('/e', async (c): Promise<Response> => {
    const code = c.req.query('code')?.trim();
    if (code) return c.redirect(`/e/${encodeURIComponent(code.slice(0, 40))}`);
    const t = wordsOf(c, claimTexts);
    return show(
      parts,
      c,
      200,
      t.title,
      <form method="get" action="/e">
        <Field
          label={t.enterCode}
          name="code"
          maxlength={40}
          autocomplete="off"
          autocapitalize="characters"
          required
        />
        <button>{textsOf(c).continue}</button>
      </form>,
    );
  });
  pages.get('/E/:code', (c) => c.redirect(`/e/${encodeURIComponent(c.req.param('code'))}`));
  pages.get('/e/:code', (c) =>
    asPerson(parts, c, async (person, t) => {
      const box = await openWaitingBox(parts, actorOf(c), openerOf(person), c.req.param('code'));
      switch (box.state) {
        case 'approved':
        case 'rejected':
          return said(parts, c, 200, t[`${box.state}Before`], t.usedOnce);
        case 'expired':
          return said(parts, c, 200, t.expired, t.newCode);
        case 'pending': {
          const integrators = await integratorsOf(parts.db, scopeOf(person), shownIntegrators);
          const leftMs = box.expiresAt.getTime() - parts.clock.nowMs();
          return show(
            parts,
            c,
            200,
            t.question,
            <Decision t={t} box={box} leftMs={leftMs} integrators={integrators} />,
          );
        }
        default:
          return box.state satisfies never;
      }
    }),
  );
  pages.post('/e/:code', limitForm, (c) =>
    asPerson(parts, c, async (person, t) => {
      requireOwnForm(parts, c);
      const code = c.req.param('code');
      const form = await c.req.parseBody();
      if (form['decision'] === 'reject') {
        await rejectClaim(parts, actorOf(c), ownTenantOf(person), code);
        return said(parts, c, 200, t.turnedAway, t.turnedAwayWhat);
      }
      const integratorId = tenantId.safeParse(form['integratorId']);
      if (!integratorId.success) throw new Failure('invalid', t.chooseIntegrator);
      const agent = await approveClaim(parts, actorOf(c), scopeOf(person), code, {
        integratorId: integratorId.data,
        name: fieldOf(form, 'name').trim().slice(0, 200) || null,
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
  act: (person: UserPrincipal, t: ClaimTexts) => Promise<Response>,
): Promise<Response> {
  const t = wordsOf(c, claimTexts);
  const person = await personOf(parts, c);
  const next = `next=${encodeURIComponent(new URL(c.req.url).pathname)}`;
  if (person === null)
    return show(
      parts,
      c,
      401,
      t.title,
      <>
        <p>{t.signInFirst}</p>
        <a class="button" href={`/login?${next}`}>
          {textsOf(c).signIn}
        </a>
      </>,
    );
  if (person.restriction !== null) return c.redirect(`/login/first?${next}`, 303);
  try {
    if (isGuard(person)) throw new Failure('forbidden', t.onlyWatching);
    return await act(person, t);
  } catch (error) {
    if (!(error instanceof Failure) || error.status >= 500) throw error;
    const why = refusalText(c, error, claimRefusals);
    return said(parts, c, error.status as ContentfulStatusCode, textsOf(c).failed, why);
  }
}

const said = (
  parts: ClaimParts,
  c: ApiContext,
  status: ContentfulStatusCode,
  title: string,
  text: string,
): Promise<Response> =>
  show(
    parts,
    c,
    status,
    title,
    <>
      <p role="status">{text}</p>
      <p class="after">
        <a href="/">{wordsOf(c, claimTexts).toPortal}</a>
      </p>
    </>,
  );

function Decision({
  t,
  box,
  leftMs,
  integrators,
}: {
  t: ClaimTexts;
  box: WaitingBox;
  leftMs: number;
  integrators: Integrators;
}) {
  return (
    <>
      <p class="words">{box.words.join(' ')}</p>
      <p>{t.compare}</p>
      <dl>
        <dt>{t.hostname}</dt>
        <dd>{box.hostname || t.unknown}</dd>
        <dt>{t.askedFrom}</dt>
        <dd>{box.ip ?? t.unknown}</dd>
        <dt>{t.version}</dt>
        <dd>{box.agentVersion}</dd>
        <dt>{t.code}</dt>
        <dd>{t.minutesLeft(box.userCode, Math.ceil(leftMs / 60_000))}</dd>
      </dl>
      {integrators.length === 0 ? (
        <p role="status">{t.noIntegrator}</p>
      ) : (
        <form method="post" action={`/e/${box.userCode}`}>
          <label for="integrator">{t.integrator}</label>
          <select id="integrator" name="integratorId" required>
            {integrators.map(({ id, name }) => (
              <option value={id}>{name}</option>
            ))}
          </select>
          <Field label={t.name} name="name" value={box.hostname} maxlength={200} autocomplete="off" />
          <button name="decision" value="approve">
            {t.approve}
          </button>
          <button name="decision" value="reject" class="quiet">
            {t.reject}
          </button>
        </form>
      )}
    </>
  );
}
