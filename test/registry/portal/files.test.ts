import { loadPortalFiles, portalPages } from '@gantry/registry/http/portal-files.js';
import { describe, expect, it } from 'vitest';

const files = loadPortalFiles();
const pages = portalPages(files);
const get = (path: string, headers: Record<string, string> = {}) => pages.request(path, { headers });
const page = async () => (await get('/')).text();

describe('the page', () => {
  it('and everything it names is served, and may be kept for ever under its own name', async () => {
    const names = [...(await page()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
      (match) => match[1] as string,
    );
    expect(names).toHaveLength(3);
    for (const name of names) {
      const answer = await get(name);
      expect({ name, status: answer.status }).toEqual({ name, status: 200 });
      expect(answer.headers.get('cache-control')).toMatch(/immutable/);
    }
  });

  it('has nothing inline, so that a strict content policy holds', async () => {
    const text = await page();
    expect(text).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*src=)/);
  });

  it('imports only modules that are there', async () => {
    for (const [path, file] of files) {
      if (!path.endsWith('.js')) continue;
      for (const [, name] of file.bytes.toString().matchAll(/(?:from |Module = )'\.\/([^']+)'/g)) {
        expect(files.has(path.replace(/[^/]+$/, name as string)), `${path} imports ${name}`).toBe(true);
      }
    }
  });

  it('is asked for again each time, and answered 304 while it is the same', async () => {
    const first = await get('/');
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const again = await get('/', { 'if-none-match': first.headers.get('etag') as string });
    expect(again.status).toBe(304);
  });

  it('keeps robots out', async () => {
    expect(await (await get('/robots.txt')).text()).toBe('User-agent: *\nDisallow: /\n');
  });
});

it.each([
  '/assets/portal.js',
  '/assets/0000/portal.js',
  '/assets/../package.json',
  '/assets/..%2f..%2fpackage.json',
  '/%2e%2e/package.json',
  '/index.html/',
  '/cameras',
  '/api/v1/nothing',
])('%s is not the page', async (path) => {
  expect((await get(path)).status).toBe(404);
});
