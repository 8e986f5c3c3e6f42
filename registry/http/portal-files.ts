import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { getCookie } from 'hono/cookie';
import { escapeHtml } from '../mail/letters.js';
import { packageRoot } from '../paths.js';
import { newResource, type ApiContext, type App } from './api.js';
import { sessionCookie } from './cookie.js';
import type { PortalStart } from './portal-start.js';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

interface PortalFile {
  bytes: Buffer;
  contentType: string;
  etag: string;
  cacheControl: string;
  /** The same by content coding, as `.ci/build.mjs` left it beside the file. */
  packed: ReadonlyMap<'br' | 'gzip', Buffer>;
}

/** What a browser checks each time, and what it never needs to ask for again: assets bear their hash in the name. */
const fresh = 'no-cache';
const forEver = 'public, max-age=31536000, immutable';

const endings = { br: '.br', gzip: '.gz' } as const;

/** Where `npm run build` leaves the portal. */
const builtPortal = join(packageRoot, 'dist', 'portal');

/** Every file of the built portal by its path; none when it was not built. Rejects nothing half: a build is swapped in whole. */
export function loadPortalFiles(folder: string = builtPortal): Map<string, PortalFile> {
  const files = new Map<string, PortalFile>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    const contentType = contentTypes[extname(entry.name)];
    if (!entry.isFile() || contentType === undefined) continue;
    const bytes = readFileSync(file);
    const path = `/${relative(folder, file)}`;
    const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 16);
    const packed = (['br', 'gzip'] as const)
      .filter((coding) => existsSync(file + endings[coding]))
      .map((coding) => [coding, readFileSync(file + endings[coding])] as const);
    files.set(path, {
      bytes,
      contentType,
      etag: `"${hash}"`,
      cacheControl: path.startsWith('/assets/') ? forEver : fresh,
      packed: new Map(packed),
    });
  }
  return files;
}

/** Addresses that the portal itself routes; anything else that is not a file stays a 404. */
const portalAddresses = ['/', '/welcome', '/o/:tenantId', '/o/:tenantId/*'];

const notBuilt = `<!doctype html><html lang="en"><title>Gantry</title>
<p>The portal is not built. Run <code>npm run build</code> and start the registry again. The API works.</p></html>`;

/**
 * The portal. Only known paths are served, from memory: no path of a request ever reaches the file system.
 * Without a session the pages lead to the sign-in page, which leads back.
 */
export function portalPages(
  o: { publicUrl: () => string; startOf: (c: ApiContext) => Promise<PortalStart> },
  files: ReadonlyMap<string, PortalFile> = loadPortalFiles(),
): App {
  const pages = newResource();
  for (const [path, file] of files) if (path !== '/index.html') pages.get(path, (c) => answerFile(c, file));
  pages.get('/robots.txt', (c) => c.text('User-agent: *\nDisallow: /\n', 200, { 'cache-control': fresh }));

  const index = files.get('/index.html')?.bytes.toString('utf8');
  for (const address of portalAddresses) {
    pages.get(address, async (c) => {
      if (index === undefined) return c.html(notBuilt, 503);
      const next = nextOf(c);
      if (getCookie(c, sessionCookie(o.publicUrl()).name) === undefined)
        return c.redirect(`/login?next=${encodeURIComponent(next)}`);
      if (next !== pathOf(c)) return c.redirect(next);
      // No ETag: a 304 would bring a new nonce to a page that holds the old one.
      const nonce = c.get('secureHeadersNonce') ?? '';
      const start = escapeHtml(JSON.stringify(await o.startOf(c)));
      const page = index.replaceAll('@NONCE@', nonce).replace('@START@', () => start);
      return c.html(page, 200, { 'cache-control': fresh });
    });
  }
  return pages;
}

const pathOf = (c: ApiContext): string => {
  const { pathname, search } = new URL(c.req.url);
  return pathname + search;
};

/** Where to go once signed in: what `/?next=` names, as older links do, else the page that was asked for. */
function nextOf(c: ApiContext): string {
  const next = c.req.query('next');
  return next !== undefined && isOwnPath(next) ? next : pathOf(c);
}

/** A path of this registry, never another site: `//host` and `/\host` are. */
export const isOwnPath = (path: string): boolean => /^\/(?![/\\])[\x21-\x7e]{0,1000}$/.test(path);

function answerFile(c: ApiContext, file: PortalFile): Response {
  const headers: Record<string, string> = {
    'content-type': file.contentType,
    'cache-control': file.cacheControl,
    etag: file.etag,
    vary: 'accept-encoding',
  };
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers);
  const accepted = c.req.header('accept-encoding') ?? '';
  for (const [coding, bytes] of file.packed) {
    if (!accepted.includes(coding)) continue;
    return c.body(new Uint8Array(bytes), 200, { ...headers, 'content-encoding': coding });
  }
  return c.body(new Uint8Array(file.bytes), 200, headers);
}
