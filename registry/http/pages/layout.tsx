/** @jsxImportSource hono/jsx */
import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { ApiContext } from '../api.js';
import { languageOf } from './texts.js';

/** A page before the portal: works without scripts, reads well on a phone, ≤ 20 KiB with everything. */
export async function show(
  c: ApiContext,
  status: 200 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 503,
  title: string,
  body: Child,
  script?: string,
): Promise<Response> {
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
        <title>{title} · Gantry</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/pages.css" />
        {script === undefined ? '' : <script type="module" src={script} />}
      </head>
      <body>
        <main>
          <p class="brand">
            <img src="/icon.svg" alt="" width="32" height="32" /> Gantry
          </p>
          <h1>{title}</h1>
          {body}
        </main>
      </body>
    </html>
  );
  return c.html(await html`<!doctype html>${page}`, status);
}

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
