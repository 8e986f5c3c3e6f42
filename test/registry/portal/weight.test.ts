import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageRoot } from '@gantry/registry/paths.js';
import { expect, it } from 'vitest';
import { startTestRegistry } from '../../support/registry.js';

const built = join(packageRoot, 'dist', 'portal');

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
  dynamicImports?: string[];
  isEntry?: boolean;
}
type Manifest = Record<string, Chunk>;

/** Everything a browser has to load before it shows a page: the entry, the page, and what both import. */
function filesOf(manifest: Manifest, keys: readonly string[]): Set<string> {
  const files = new Set<string>();
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (chunk === undefined || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const sheet of chunk.css ?? []) files.add(sheet);
    for (const next of chunk.imports ?? []) visit(next);
  };
  for (const key of keys) visit(key);
  return files;
}

const kilobytes = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + statSync(join(built, `${file}.gz`)).size, 0) / 1_000;

/**
 * A page with what it loads by itself, and with each tab, chart or dialog that it loads later (ux.md 11); and with a
 * dialog on top of such a tab, which may be a little more.
 */
const limitKB = 250;
const dialogOnTabKB = 255;

it('no page of the portal is heavier than it may be, packed', () => {
  expect(existsSync(built), 'run npm run build').toBe(true);
  const manifest = JSON.parse(readFileSync(join(built, '.vite', 'manifest.json'), 'utf8')) as Manifest;
  const keys = Object.keys(manifest);
  // The other entries are scripts of pages that are none of the portal's.
  const entry = ['index.html'];
  const weigh = (...more: string[]) => Math.round(kilobytes(filesOf(manifest, [...entry, ...more])));
  const weights = keys
    .filter((key) => /^pages\/[^/]+\/page\.tsx$/.test(key))
    .flatMap((page) => {
      const laterThan = (part: string) => manifest[part]?.dynamicImports ?? [];
      return [
        { page, kB: weigh(page) },
        ...laterThan(page).flatMap((part) => [
          { page, part, kB: weigh(page, part) },
          ...laterThan(part).map((deeper) => ({ page, part, deeper, kB: weigh(page, part, deeper) })),
        ]),
      ];
    })
    .toSorted((a, b) => b.kB - a.kB);
  console.info('heaviest pages', weights.slice(0, 5));
  expect(weights.length).toBeGreaterThan(10);
  expect(weights.filter((one) => one.kB > ('deeper' in one ? dialogOnTabKB : limitKB))).toEqual([]);
  expect(readdirSync(join(built, 'assets')).filter((file) => file.endsWith('.map'))).toEqual([]);
});

it('a page before the portal is at most 20 KiB with everything it loads', async () => {
  const registry = await startTestRegistry();
  try {
    const text = async (path: string) => (await fetch(registry.url + path)).text();
    const page = await text('/login');
    const parts = [...page.matchAll(/(?:src|href)="(\/[^"]+\.(?:css|js|svg))"/g)].map(
      (match) => match[1] as string,
    );
    const all = await Promise.all([...new Set(parts)].map(text));
    const bytes = [page, ...all].reduce((sum, part) => sum + gzipSync(part).length, 0);
    expect(parts.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(20 * 1_024);
  } finally {
    await registry.close();
  }
});
