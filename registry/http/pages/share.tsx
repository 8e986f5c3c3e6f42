/** @jsxImportSource hono/jsx */
import type { TenantId } from '@gantry/protocol/ids.js';
import { getCookie, setCookie } from 'hono/cookie';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Passwords } from '../../access/passwords.js';
import type { Throttle } from '../../access/throttle.js';
import type { Context } from '../../context.js';
import { Failure } from '../../errors.js';
import {
  encodeProof,
  isProven,
  noteOpened,
  proofValidMs,
  sharedVideo,
  type LinkEnd,
  type SharedVideo,
} from '../../sharing/watch.js';
import { newResource, type ApiContext, type App } from '../api.js';
import { clipFileOf } from '../clips.js';
import { shareLive, type ShareLiveParts } from '../share-live.js';
import { sendStored } from '../stored-file.js';
import { Fault, Field, show } from './layout.js';
import { fieldOf, limitForm } from './person.js';
import { shareTexts } from './share-texts.js';
import { languageOf, refusalText, textsOf, wordsOf } from './texts.js';

export type SharePageParts = Pick<Context, 'db' | 'clock' | 'log' | 'playbackSecret' | 'publicUrl'> &
  ShareLiveParts & {
    passwords: Passwords;
    throttle: Throttle;
  };

const proofCookie = 'gantry_share';

/** To the second: a clip may last a few of them. The zone is told: a page without scripts does not know the reader's. */
const instantStyle = { dateStyle: 'medium', timeStyle: 'long', timeZone: 'UTC' } as const;

const endStatuses = { unknown: 404, expired: 410, off: 410, not_ready: 503 } as const;

/**
 * `/s/TOKEN`: where a share link leads (R53); clips need no script. Each request, also each part of the video, asks
 * anew whether the link still holds.
 */
export function sharePages(parts: SharePageParts): App {
  const pages = newResource();
  const proven = (c: ApiContext, video: SharedVideo): boolean =>
    isProven(video, getCookie(c, proofCookie), parts.clock.nowMs(), parts.playbackSecret);
  const tokenIn = (c: ApiContext): string => c.req.param('token') ?? '';

  /** For the video itself: what may not be shown is answered as a problem, as players expect. */
  const require = async (c: ApiContext, kind: SharedVideo['kind']): Promise<SharedVideo> => {
    const video = await sharedVideo(parts, tokenIn(c));
    if (typeof video === 'string') throw new Failure('not_found', `${shareTexts.en.ends[video].title}.`);
    if (!proven(c, video)) throw new Failure('unauthenticated', 'Type the password of this link first.');
    if (video.kind !== kind) throw new Failure('not_found', 'This link shows something else.');
    return video;
  };

  pages.get('/s/:token', async (c) => {
    const video = await sharedVideo(parts, tokenIn(c));
    if (typeof video === 'string') return showEnd(parts, c, video);
    return proven(c, video) ? showVideo(parts, c, video) : askPassword(parts, c, 200, video, null);
  });

  pages.post('/s/:token', limitForm, async (c) => {
    const video = await sharedVideo(parts, tokenIn(c));
    if (typeof video === 'string') return showEnd(parts, c, video);
    const typed = fieldOf(await c.req.parseBody(), 'password');
    try {
      const matches = () => parts.passwords.matches(typed, video.passwordHash);
      const right =
        video.passwordHash === null ||
        (await parts.throttle.guard(`share ${video.linkId}`, c.get('ip'), matches));
      if (!right) return askPassword(parts, c, 401, video, wordsOf(c, shareTexts).wrongPassword);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'rate_limited') throw error;
      return askPassword(parts, c, 429, video, refusalText(c, error));
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

/** As at the customer whose video it is (R55); never indexed. */
function showShared(
  parts: SharePageParts,
  c: ApiContext,
  status: ContentfulStatusCode,
  title: string,
  body: Child,
  look: { tenantId?: TenantId; wide?: boolean; script?: string } = {},
): Promise<Response> {
  c.header('x-robots-tag', 'noindex');
  return show(parts, c, status, title, body, look);
}

function showEnd(parts: SharePageParts, c: ApiContext, why: LinkEnd): Promise<Response> {
  const { title, text } = wordsOf(c, shareTexts).ends[why];
  return showShared(parts, c, endStatuses[why], title, <p>{text}</p>);
}

function askPassword(
  parts: SharePageParts,
  c: ApiContext,
  status: 200 | 401 | 429,
  { customerId: tenantId }: SharedVideo,
  fault: string | null,
): Promise<Response> {
  const t = wordsOf(c, shareTexts);
  return showShared(
    parts,
    c,
    status,
    t.withPassword,
    <>
      <Fault text={fault} />
      <form method="post">
        <Field
          label={textsOf(c).password}
          name="password"
          type="password"
          autocomplete="off"
          maxlength={200}
          required
        />
        <button>{t.show}</button>
      </form>
    </>,
    { tenantId },
  );
}

function showVideo(parts: SharePageParts, c: ApiContext, video: SharedVideo): Promise<Response> {
  const t = wordsOf(c, shareTexts);
  const { clip, cameraName, customerName, customerId: tenantId, expiresAt } = video;
  const path = `/s/${c.req.param('token')}`;
  const instants = new Intl.DateTimeFormat(languageOf(c), instantStyle);
  const at = (instant: Date) => <time datetime={instant.toISOString()}>{instants.format(instant)}</time>;
  const until = (
    <p class="note">
      {t.sharedBy(customerName)} {t.endsAt} {at(expiresAt)}.
    </p>
  );
  if (clip === null) {
    return showShared(
      parts,
      c,
      200,
      t.liveOf(cameraName),
      <>
        <LivePlayer path={path} label={t.liveOf(cameraName)} />
        {until}
      </>,
      { tenantId, wide: true, script: '/share.js' },
    );
  }
  const file = `${path}/clip.mp4`;
  return showShared(
    parts,
    c,
    200,
    clip.name,
    <>
      <video src={file} controls playsinline preload="metadata" aria-label={t.clipOf(clip.name, cameraName)}>
        {t.cannotShow}
      </video>
      <p class="below">
        {cameraName}, {at(clip.fromAt)} {t.to} {at(clip.toAt)}
      </p>
      {clip.gaps === null || clip.gaps.length === 0 ? '' : <p>{t.leftOut(clip.gaps.length)}</p>}
      <a class="button" href={file} download>
        {t.download}
      </a>
      {until}
    </>,
    { tenantId, wide: true },
  );
}

/** Plays by its script (`registry/portal/share.ts`), and without scripts by itself where the browser can. */
const LivePlayer = ({ path, label }: { path: string; label: string }) => (
  <>
    <div class="live">
      <video muted playsinline controls aria-label={label}></video>
      <img alt={label} hidden />
      <p role="status"></p>
    </div>
    <noscript>
      <video src={`${path}/live`} autoplay muted playsinline controls aria-label={label}></video>
    </noscript>
  </>
);
