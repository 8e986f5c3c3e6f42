import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { packageRoot } from '../paths.js';
import { newResource, type App } from './api.js';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

interface PortalFile {
  bytes: Buffer;
  contentType: string;
  etag: string;
  cacheControl: string;
}

/** What a browser checks each time, and what it never needs to ask for again. */
const fresh = 'no-cache';
const forEver = 'public, max-age=31536000, immutable';

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url').slice(0, 16);

function fileOf(name: string, bytes: Buffer, cacheControl: string): PortalFile {
  const contentType = contentTypes[extname(name)] ?? 'application/octet-stream';
  return { bytes, contentType, etag: `"${hashOf(bytes)}"`, cacheControl };
}

/**
 * Every path the page consists of. Assets lie in a folder named after the hash of them all: the modules import
 * each other by relative names, and a browser may keep each version for ever.
 */
export function loadPortalFiles(): Map<string, PortalFile> {
  const folder = join(packageRoot, 'portal');
  const assets = new Map<string, Buffer>();
  for (const name of readdirSync(folder).toSorted()) {
    if (extname(name) in contentTypes && name !== 'index.html')
      assets.set(name, readFileSync(join(folder, name)));
  }
  const hls = createRequire(import.meta.url).resolve('hls.js/dist/hls.light.min.mjs');
  assets.set('hls.mjs', readFileSync(hls));
  const version = hashOf(Buffer.concat([...assets.values()]));

  const files = new Map<string, PortalFile>();
  for (const [name, bytes] of assets) files.set(`/assets/${version}/${name}`, fileOf(name, bytes, forEver));
  const page = readFileSync(join(folder, 'index.html'), 'utf8').replaceAll(
    '"/assets/',
    `"/assets/${version}/`,
  );
  files.set('/', fileOf('index.html', Buffer.from(page), fresh));
  files.set('/robots.txt', fileOf('robots.txt', Buffer.from('User-agent: *\nDisallow: /\n'), fresh));
  return files;
}

/**
 * The page at `/`. Only known paths are served, from memory: no path of a request ever reaches the file system,
 * and nothing falls back to the page, so that a wrong address stays a 404.
 */
export function portalPages(files: ReadonlyMap<string, PortalFile> = loadPortalFiles()): App {
  const pages = newResource();
  for (const [path, file] of files) {
    pages.get(path, (c) => {
      const headers = {
        'content-type': file.contentType,
        'cache-control': file.cacheControl,
        etag: file.etag,
      };
      if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers);
      return c.body(new Uint8Array(file.bytes), 200, headers);
    });
  }
  return pages;
}
