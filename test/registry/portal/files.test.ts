import { lookFrom, nothingChosen } from '@gantry/registry/branding/look.js';
import { isOwnPath, loadPortalFiles, portalPages } from '@gantry/registry/http/portal-files.js';
import { describe, expect, it } from 'vitest';

const publicUrl = () => 'http://cams.example';
const files = loadPortalFiles();
const look = lookFrom([{ ...nothingChosen, name: 'North & "Sons"' }]);
const startOf = async () => ({ look, language: null, theme: 'auto' as const });
const pages = portalPages({ publicUrl, startOf }, files);
const get = (path: string, headers: Record<string, string> = {}) => pages.request(path, { headers });
const cookie = 'gantry_session=anything';
const page = async () => (await get('/o/ten_1/cameras', { cookie })).text();

describe('the portal', () => {
  it('and everything its page names is served, and may be kept for ever under its own name', async () => {
    const names = [...(await page()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
      (match) => match[1] as string,
    );
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      const answer = await get(name);
      expect({ name, status: answer.status }).toEqual({ name, status: 200 });
      expect(answer.headers.get('cache-control')).toMatch(/immutable/);
    }
  });

  it('has nothing inline, so that a strict content policy holds', async () => {
    expect(await page()).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*src=)/);
  });

  it('brings how it looks along, whatever names there are', async () => {
    const start = /name="gantry-start" content="([^"]*)"/.exec(await page())?.[1] ?? '';
    const plain = start.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    expect(JSON.parse(plain)).toMatchObject({ look: { name: 'North & "Sons"' }, theme: 'auto' });
  });

  it('travels packed as the browser likes it', async () => {
    const [path, file] = [...files].find(([name]) => name.endsWith('.js')) as [string, { bytes: Buffer }];
    const packed = async (coding: string) => {
      const answer = await get(path, { 'accept-encoding': coding });
      expect(answer.headers.get('content-encoding')).toBe(coding);
      return (await answer.arrayBuffer()).byteLength;
    };
    expect(await packed('br')).toBeLessThan(file.bytes.length);
    expect(await packed('gzip')).toBeLessThan(file.bytes.length);
  });

  it('is asked for again each time, without a validator: each answer has a nonce of its own', async () => {
    const answer = await get('/o/ten_1/cameras', { cookie });
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('etag')).toBeNull();
  });

  it('leads people without a session to the sign-in page, and from there back', async () => {
    const answer = await get('/o/ten_1/cameras?state=offline');
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe(
      `/login?next=${encodeURIComponent('/o/ten_1/cameras?state=offline')}`,
    );
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
  '/index.html',
  '/cameras',
  '/api/v1/nothing',
])('%s is not the portal', async (path) => {
  expect((await get(path, { cookie })).status).toBe(404);
});

it.each([
  ['/', true],
  ['/o/ten_1/cameras?state=offline', true],
  ['//evil.example', false],
  [String.raw`/\evil.example`, false],
  ['https://evil.example', false],
  ['/a\nb', false],
  ['', false],
])('after signing in one may go to %j: %j', (path, may) => {
  expect(isOwnPath(path)).toBe(may);
});
