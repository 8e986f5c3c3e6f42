import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export interface PageFile {
  type: string;
  plain: Buffer;
  gzipped: Buffer;
}

/** Below the agent's package folder: the markup as it is written, the modules as `tsc -b` leaves them. */
const files = {
  '/': { path: 'setup/page/page.html', type: 'text/html; charset=utf-8' },
  '/page.css': { path: 'setup/page/page.css', type: 'text/css; charset=utf-8' },
  ...Object.fromEntries(
    ['page', 'elements', 'camera-card', 'picture', 'transport', 'seal', 'hand-over', 'mpeg1'].map((name) => [
      `/${name}.js`,
      { path: `dist/setup/page/${name}.js`, type: 'text/javascript; charset=utf-8' },
    ]),
  ),
};

/** The page's files by their path on the page's server. Rejects when the package is incomplete. */
export async function loadPageFiles(): Promise<Map<string, PageFile>> {
  const root = packageFolder(import.meta.dirname);
  return new Map(
    await Promise.all(
      Object.entries(files).map(async ([served, { path, type }]) => {
        const plain = await readFile(join(root, path));
        return [served, { type, plain, gzipped: await promisify(gzip)(plain, { level: 9 }) }] as const;
      }),
    ),
  );
}

/** The nearest folder above with a package.json: this file runs from `setup/` or compiled from `dist/setup/`. */
function packageFolder(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : packageFolder(dirname(from));
}
