import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  const names = readdirSync(folder);
  return names.includes('package-lock.json') ? folder : findRoot(dirname(folder));
}

export interface SourceFile {
  /** Relative to the repository's root, with forward slashes. */
  path: string;
  text: string;
  /** As written: `./x.js`, `@gantry/protocol/ids.js`, `pino`. */
  imports: string[];
  /** Those of `imports` that are loaded with the file, not when they are asked for by `import()`. */
  loaded: string[];
}

const skipped = new Set(['node_modules', 'dist', '.git', '.gantry', 'migrations', 'fixtures', 'screenshots']);

/** Every file below `folder` whose name ends with one of `endings`, sorted by path. */
export function filesBelow(folder: string, endings: readonly string[]): string[] {
  return readdirSync(join(repositoryRoot, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(repositoryRoot, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split('/').some((part) => skipped.has(part)))
    .toSorted();
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

export function readSource(path: string): SourceFile {
  const text = readFileSync(join(repositoryRoot, path), 'utf8');
  const found = [...text.matchAll(importPattern)];
  const loaded = found.flatMap((match) => match[1] ?? match[2] ?? []);
  return { path, text, imports: found.map((match) => match[1] ?? match[2] ?? match[3] ?? ''), loaded };
}

/** The repository path an import means: a source file of ours, or the bare package name. */
export function resolveImport(from: string, specifier: string): string {
  if (specifier.startsWith('.')) {
    const target = relative(repositoryRoot, resolve(repositoryRoot, dirname(from), specifier));
    return sourceOf(target);
  }
  const own = /^@gantry\/(protocol|agent|registry)\/(.+)\.js$/.exec(specifier);
  if (own) return sourceOf(`${own[1]}/${own[2]}.js`);
  const [first, second] = specifier.split('/');
  return first?.startsWith('@') ? `${first}/${second}` : (first ?? specifier);
}

/** What `x.js` is compiled from: `x.ts`, `x.tsx`, or the declarations that a build writes. */
function sourceOf(path: string): string {
  const bare = path.replace(/\.js$/, '');
  const ending = ['.ts', '.tsx', '.d.ts'].find((one) => existsSync(join(repositoryRoot, bare + one)));
  return path.endsWith('.js') ? bare + (ending ?? '.ts') : path;
}
