import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeMessage } from '@gantry/registry/portal/i18n/message.js';
import { describe, expect, it } from 'vitest';
import { filesBelow, repositoryRoot } from '../../support/source-files.js';

const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');
const sources = filesBelow('registry/portal', ['.ts', '.tsx']);

describe('the texts of the portal', () => {
  const catalogues = sources.filter(
    (path) => /(^|-)texts\.ts$/.test(basename(path)) && !path.endsWith('i18n/texts.ts'),
  );

  /** Words of the API that are looked up as they come: `t(tenant.kind)`. */
  const apiWords = new Set(
    [...read('registry/openapi.json').matchAll(/"(\w+)"/g)].map((match) => match[1] as string),
  );

  it.each(catalogues)('of %s are all used', (path) => {
    const english = read(path).split(/^ {2}de: /m)[0] as string;
    const keys = [...english.matchAll(/(?:^ {4}|[{,] )(\w+):(?= ['"{\n])/gm)].map(
      (match) => match[1] as string,
    );
    const name = basename(path, '.ts');
    // Catalogues of parts are used by pages too.
    const users = sources
      .filter((source) => source !== path && !catalogues.includes(source))
      .map((source) => ({ source, text: read(source) }))
      .filter(({ source, text }) => dirname(source) === dirname(path) || text.includes(`/${name}.js'`))
      .map(({ text }) => text)
      .join('\n');
    /** Endings of keys that begin with such a word: t(`${step}Why`). */
    const endings = [...users.matchAll(/\bt\(`\$\{\w+\}(\w+)`/g)].map((match) => match[1] as string);
    const used = (key: string) =>
      ['one', 'other'].includes(key) ||
      apiWords.has(key) ||
      endings.some((ending) => key.endsWith(ending) && apiWords.has(key.slice(0, -ending.length))) ||
      new RegExp(`\\b${key}\\b`).test(users);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => !used(key))).toEqual([]);
  });

  it('stand in no markup', () => {
    const written = sources
      .filter((path) => path.endsWith('.tsx'))
      .flatMap((path) =>
        [...read(path).matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+)\s*</g)].map((match) => `${path}: ${match[1]}`),
      );
    expect(written).toEqual([]);
  });

  it.each([
    ['en', 0, '0 cameras'],
    ['en', 1, '1 camera'],
    ['en', 1300, '1,300 cameras'],
  ])('take the form of the number: %s %i → %s', (language, count, written) => {
    expect(writeMessage(language, { one: '{count} camera', other: '{count} cameras' }, { count })).toBe(
      written,
    );
  });

  it('write numbers as the language does, and leave unknown placeholders', () => {
    expect(writeMessage('de', '{count} von {x}', { count: 1300 })).toBe('1.300 von {x}');
  });
});

it('every component of Mantine that the portal uses has its style', () => {
  const text = sources.map(read).join('\n');
  const used = new Set(
    [...text.matchAll(/import \{([^}]+)\} from '@mantine\/core'/g)].flatMap((match) =>
      (match[1] as string).split(',').map((name) => name.trim()),
    ),
  );
  const folder = join(repositoryRoot, 'node_modules/@mantine/core/styles');
  const missing = [...used].filter(
    (name) => existsSync(join(folder, `${name}.css`)) && !text.includes(`'@mantine/core/styles/${name}.css'`),
  );
  expect(missing).toEqual([]);
});
