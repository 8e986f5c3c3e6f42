/** @jsxImportSource hono/jsx */
import type { TenantId } from '@gantry/protocol/ids.js';
import { html, raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { SupportContact } from '../../db/schema/branding.js';
import type { ApiContext } from '../api.js';
import { imageOr, lookOf, variablesOf, type LookParts } from './look.js';
import { languageOf, textsOf } from './texts.js';

/**
 * A page before the portal: works without scripts, reads well on a phone, ≤ 20 KiB with everything. It looks as at
 * `tenantId` where somebody's link led here, see {@link lookOf}. `wide`: for a video.
 */
export async function show(
  parts: LookParts,
  c: ApiContext,
  status: ContentfulStatusCode,
  title: string,
  body: Child,
  {
    script,
    tenantId = null,
    wide = false,
  }: { script?: string; tenantId?: TenantId | null; wide?: boolean } = {},
): Promise<Response> {
  const look = await lookOf(parts, c, tenantId);
  c.header('cache-control', 'no-store');
  const page = (
    <html lang={languageOf(c)}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {/* Without a policy of its own a form would be sent with the origin "null". */}
        <meta name="referrer" content="same-origin" />
        <title>
          {title} · {look.name}
        </title>
        <link rel="icon" href={imageOr(look.favicon)} />
        <link rel="stylesheet" href="/pages.css" />
        <style nonce={c.get('secureHeadersNonce') ?? ''}>{raw(variablesOf(look))}</style>
        {script === undefined ? '' : <script type="module" src={script} />}
      </head>
      <body>
        <main class={wide ? 'wide' : undefined}>
          <p class="brand">
            <img src={imageOr(look.logo)} alt="" height="32" /> {look.name}
          </p>
          <h1>{title}</h1>
          {body}
          <Support contact={look.support} label={textsOf(c).help} />
        </main>
      </body>
    </html>
  );
  return c.html(await html`<!doctype html>${page}`, status);
}

/** Whom to turn to, where the integrator says so. */
const Support = ({ contact: { email, phone, url }, label }: { contact: SupportContact; label: string }) =>
  email === null && phone === null && url === null ? (
    ''
  ) : (
    <footer>
      {label}: {email === null ? '' : <a href={`mailto:${email}`}>{email}</a>}{' '}
      {phone === null ? '' : <a href={`tel:${phone.replaceAll(/[^+\d]/g, '')}`}>{phone}</a>}{' '}
      {url === null ? '' : <a href={url}>{new URL(url).host}</a>}
    </footer>
  );

/** What went wrong, read out at once. */
export const Fault = ({ text }: { text: string | null }) =>
  text === null ? (
    ''
  ) : (
    <p class="fault" role="alert">
      {text}
    </p>
  );

/** A field with its label; further attributes go to the input. */
export const Field = ({
  label,
  name,
  ...input
}: { label: string; name: string } & Record<string, unknown>) => (
  <>
    <label for={name}>{label}</label>
    <input id={name} name={name} {...input} />
  </>
);
