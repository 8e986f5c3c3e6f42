import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { html, raw } from 'hono/html';
import type { Passwords } from '../access/passwords.js';
import type { Throttle } from '../access/throttle.js';
import type { Look } from '../branding/look.js';
import type { Context } from '../context.js';
import { Failure } from '../errors.js';
import {
  encodeProof,
  isProven,
  noteOpened,
  proofValidMs,
  sharedVideo,
  type LinkEnd,
  type SharedVideo,
} from '../sharing/watch.js';
import { newResource, type ApiContext, type App } from './api.js';
import { clipFileOf } from './clips.js';
import { imageOr, lookOf, variablesOf } from './pages/look.js';
import { livePlayer, shareLive, type ShareLiveParts } from './share-live.js';
import { sendStored } from './stored-file.js';

export type SharePageParts = Pick<Context, 'db' | 'clock' | 'log' | 'playbackSecret' | 'publicUrl'> &
  ShareLiveParts & {
    passwords: Passwords;
    throttle: Throttle;
  };

type Markup = ReturnType<typeof html>;

interface Content {
  title: string;
  body: Markup;
}

const maxFormBytes = 4 * 1024;
const proofCookie = 'gantry_share';

const ends: Readonly<Record<LinkEnd, { status: 404 | 410 | 503; title: string; text: string }>> = {
  unknown: { status: 404, title: 'There is no such link', text: 'Check that the address is complete.' },
  expired: { status: 410, title: 'This link has expired', text: 'Ask whoever sent it for a new one.' },
  off: { status: 410, title: 'This link was switched off', text: 'Ask whoever sent it for a new one.' },
  not_ready: {
    status: 503,
    title: 'The video is being made',
    text: 'Open this page again in a minute.',
  },
};

/**
 * `/s/TOKEN`: where a share link leads (R53). Rendered here; clips need no script. Each request, also each part
 * of the video, asks anew whether the link still holds.
 */
export function sharePages(parts: SharePageParts): App {
  const pages = newResource();
  const limit = bodyLimit({
    maxSize: maxFormBytes,
    onError: () => {
      throw new Failure('too_large', 'This form is too large.');
    },
  });

  const proven = (c: ApiContext, video: SharedVideo): boolean =>
    isProven(video, getCookie(c, proofCookie), parts.clock.nowMs(), parts.playbackSecret);
  const tokenIn = (c: ApiContext): string => c.req.param('token') ?? '';

  /** As at the customer whose video it is (R55). */
  const lookAt = (c: ApiContext, video: SharedVideo | LinkEnd) =>
    lookOf(parts, c, typeof video === 'string' ? null : video.customerId);

  /** For the video itself: what may not be shown is answered as a problem, as players expect. */
  const require = async (c: ApiContext, kind: SharedVideo['kind']): Promise<SharedVideo> => {
    const video = await sharedVideo(parts, tokenIn(c));
    if (typeof video === 'string') throw new Failure('not_found', `${ends[video].title}.`);
    if (!proven(c, video)) throw new Failure('unauthenticated', 'Type the password of this link first.');
    if (video.kind !== kind) throw new Failure('not_found', 'This link shows something else.');
    return video;
  };

  pages.get('/share.css', (c) =>
    c.body(style, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' }),
  );

  pages.get('/s/:token', async (c) => {
    const video = await sharedVideo(parts, tokenIn(c));
    const look = await lookAt(c, video);
    if (typeof video === 'string') return show(c, look, ends[video].status, ended(video));
    return show(c, look, 200, proven(c, video) ? player(tokenIn(c), video) : passwordForm(null));
  });

  pages.post('/s/:token', limit, async (c) => {
    const video = await sharedVideo(parts, tokenIn(c));
    const look = await lookAt(c, video);
    if (typeof video === 'string') return show(c, look, ends[video].status, ended(video));
    const { password } = await c.req.parseBody();
    const typed = typeof password === 'string' ? password : '';
    try {
      const matches = () => parts.passwords.matches(typed, video.passwordHash);
      const right =
        video.passwordHash === null ||
        (await parts.throttle.guard(`share ${video.linkId}`, c.get('ip'), matches));
      if (!right) return show(c, look, 401, passwordForm('This password is not right.'));
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'rate_limited') throw error;
      return show(c, look, 429, passwordForm(error.message));
    }
    const untilMs = Math.min(parts.clock.nowMs() + proofValidMs, video.expiresAt.getTime());
    setCookie(c, proofCookie, encodeProof(video, untilMs, parts.playbackSecret), {
      path: `/s/${tokenIn(c)}`,
      httpOnly: true,
      sameSite: 'Strict',
      secure: parts.publicUrl().startsWith('https:'),
      expires: new Date(untilMs),
    });
    return c.redirect(`/s/${tokenIn(c)}`, 303);
  });

  pages.get('/s/:token/clip.mp4', async (c) => {
    const video = await require(c, 'clip');
    if (video.clip === null) throw new Failure('not_found', 'This link shows no clip.');
    // A player begins at the first byte; what follows is the same viewing.
    if (/^(bytes=0-.*)?$/.test(c.req.header('range') ?? '')) await noteOpened(parts, video.linkId);
    return sendStored(c, parts, clipFileOf(video.clip, 'inline'));
  });

  pages.route(
    '/',
    shareLive(parts, (c) => require(c, 'live')),
  );
  return pages;
}

const ended = (why: LinkEnd): Content => ({ title: ends[why].title, body: html`<p>${ends[why].text}</p>` });

const passwordForm = (fault: string | null): Content => ({
  title: 'This video is shared with a password',
  body: html`${fault === null ? '' : html`<p role="alert">${fault}</p>`}
    <form method="post">
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="off" maxlength="200" required />
      <button>Show the video</button>
    </form>`,
});

const whole = (at: Date): Markup =>
  html`<time datetime="${at.toISOString()}">${at.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>`;

function player(token: string, video: SharedVideo): Content {
  const { clip, cameraName, customerName, expiresAt } = video;
  const until = html`<p class="quiet">Shared by ${customerName}. This link ends at ${whole(expiresAt)}.</p>`;
  if (clip === null) {
    return { title: `${cameraName}, live`, body: html`${livePlayer(token, cameraName)} ${until}` };
  }
  const gaps = clip.gaps ?? [];
  return {
    title: clip.name,
    body: html`<video
        src="/s/${token}/clip.mp4"
        controls
        playsinline
        preload="metadata"
        aria-label="${clip.name}, recorded by ${cameraName}"
      >
        This browser cannot show the video.
      </video>
      <p>${cameraName}, ${whole(clip.fromAt)} to ${whole(clip.toAt)}</p>
      ${
        gaps.length === 0
          ? ''
          : html`<p>Not recorded, and left out: ${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}.</p>`
      }
      <p><a class="button" href="/s/${token}/clip.mp4" download>Download</a></p>
      ${until}`,
  };
}

/** Never kept, never indexed; its address must not travel on as a referrer either (secureHeaders sees to that). */
async function show(
  c: ApiContext,
  look: Look,
  status: 200 | 401 | 404 | 410 | 429 | 503,
  { title, body }: Content,
): Promise<Response> {
  c.header('cache-control', 'no-store');
  c.header('x-robots-tag', 'noindex');
  const markup = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · ${look.name}</title>
        <link rel="icon" href="${imageOr(look.favicon)}" />
        <link rel="stylesheet" href="/share.css" />
        <style nonce="${c.get('secureHeadersNonce') ?? ''}">
          ${raw(variablesOf(look))}
        </style>
      </head>
      <body>
        <main>
          <p class="brand"><img src="${imageOr(look.logo)}" alt="" height="28" /> ${look.name}</p>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`;
  return c.html(await markup, status);
}

const style = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
.brand { display: flex; align-items: center; gap: .5rem; margin: 0 0 1rem; font-weight: 700; }
.brand img { max-width: 12rem; object-fit: contain; }
h1 { font-size: 1.25rem; margin: 0 0 .75rem; overflow-wrap: anywhere; }
video, .live img { display: block; width: 100%; max-height: 75vh; object-fit: contain; background: #000; }
video[hidden], img[hidden] { display: none; }
.live p { min-height: 1.5em; margin: .5rem 0; }
@media (scripting: none) { .live { display: none; } }
form { max-width: 24rem; }
label { display: block; }
input, button, .button { box-sizing: border-box; display: block; width: 100%; min-height: 3rem; padding: .5rem .75rem; font: inherit; }
.button { max-width: 24rem; }
button, .button { margin-top: 1rem; border: 0; border-radius: .5rem; background: var(--act); color: var(--on-act); font-weight: 600; text-align: center; text-decoration: none; line-height: 2rem; }
`;
