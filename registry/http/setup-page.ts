import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { agentId } from '@gantry/protocol/ids.js';
import { Failure, notFound } from '../errors.js';
import { packageRoot } from '../paths.js';
import { newResource, type App } from './api.js';
import { basePath } from './app.js';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

const modules = ['page', 'elements', 'camera-card', 'picture', 'transport', 'seal', 'hand-over', 'mpeg1'];

/**
 * `/setup/AGENT`: the agent's own on-site page over another transport. Its files are the agent's: `npm run pack:agent`
 * leaves them beside the package it makes; in a checkout they are where the agent serves them from.
 */
export function setupPages(folders: readonly PageFolders[] = placesOfPage): App {
  const pages = newResource();
  const fileOf = async (name: string): Promise<string> => {
    const found = folders.map((of) => of(name)).find((path) => existsSync(path));
    if (found !== undefined) return readFile(found, 'utf8');
    throw new Failure('not_found', 'This registry lacks the setup page. Make it with: npm run pack:agent');
  };
  pages.get('/setup/:agent', async (c) => {
    const id = agentId.safeParse(c.req.param('agent'));
    if (!id.success) throw notFound('agent', c.req.param('agent').slice(0, 60));
    const page = (await fileOf('page.html'))
      .replaceAll('"/page.', '"/setup-page/page.')
      .replace('<body>', `<body data-base="${basePath}/agents/${id.data}/setup">`);
    return c.body(page, 200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  });
  for (const name of ['page.css', ...modules.map((module) => `${module}.js`)]) {
    pages.get(`/setup-page/${name}`, async (c) =>
      c.body(await fileOf(name), 200, {
        'content-type': types[extname(name)] ?? '',
        'cache-control': 'no-cache',
      }),
    );
  }
  return pages;
}

/** Where a file of the page may lie. */
type PageFolders = (name: string) => string;

const agentFolder = join(dirname(packageRoot), 'agent');
const placesOfPage: readonly PageFolders[] = [
  (name) => join(packageRoot, 'dist', 'downloads', 'setup-page', name),
  (name) => join(agentFolder, name.endsWith('.js') ? 'dist/setup/page' : 'setup/page', name),
];
