import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  filesBelow,
  readSource,
  repositoryRoot,
  resolveImport,
  type SourceFile,
} from './support/source-files.js';

/** The repository's own rules (design §2, style §1–6), as tests. */
const product = ['protocol', 'agent', 'registry']
  .flatMap((folder) => filesBelow(folder, ['.ts', '.tsx']))
  .filter((path) => !path.endsWith('.config.ts') && !path.endsWith('schema.d.ts'))
  .map(readSource);
const tests = filesBelow('test', ['.ts']).map(readSource);

const importsOf = (file: SourceFile) => file.imports.map((specifier) => resolveImport(file.path, specifier));
const folderOf = (path: string) => path.split('/').slice(0, 2).join('/');

describe('the arrows of the design', () => {
  it.each([
    ['protocol', ['agent/', 'registry/', 'test/']],
    ['agent', ['registry/', 'test/']],
    ['registry', ['agent/', 'test/']],
  ])('%s imports nothing from the folders it must not know', (workspace, forbidden) => {
    const wrong = product
      .filter((file) => file.path.startsWith(`${workspace}/`))
      .flatMap((file) => importsOf(file).map((target) => `${file.path} → ${target}`))
      .filter((arrow) => forbidden.some((folder) => arrow.split(' → ')[1]?.startsWith(folder)));
    expect(wrong).toEqual([]);
  });

  it('protocol is zod alone: no I/O, no clock, no environment', () => {
    const wrong = product
      .filter((file) => file.path.startsWith('protocol/'))
      .flatMap((file) => {
        const foreign = importsOf(file).filter(
          (target) => target !== 'zod' && !target.startsWith('protocol/'),
        );
        const impure = /\b(process\.|Date\.now|performance\.|console\.|Math\.random)/.exec(file.text)?.[0];
        return [...foreign, ...(impure ? [impure] : [])].map((what) => `${file.path}: ${what}`);
      });
    expect(wrong).toEqual([]);
  });

  it('parts of the agent know leaf files at its root, never each other', () => {
    const parts = new Set(
      product.filter((file) => /^agent\/[^/]+\//.test(file.path)).map((file) => folderOf(file.path)),
    );
    parts.delete('agent/cli');
    const wrong = product
      .filter((file) => parts.has(folderOf(file.path)))
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => parts.has(folderOf(target)) && folderOf(target) !== folderOf(file.path))
          .map((target) => `${file.path} → ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  /** Lower may not know higher; a folder may know itself and what stands above it in this list. */
  const layers = [
    ['registry/db'],
    ['registry/tenancy', 'registry/history', 'registry/mail', 'registry/branding'],
    ['registry/access', 'registry/cameras', 'registry/recordings', 'registry/statistics'],
    ['registry/enrolment', 'registry/operations', 'registry/events', 'registry/live'],
    ['registry/clips'],
    ['registry/sharing'],
    [
      'registry/stopping',
      'registry/attention',
      'registry/search',
      'registry/preferences',
      'registry/platform',
    ],
    ['registry/desired'],
    ['registry/broker'],
    ['registry/http'],
    ['registry/cli'],
    ['registry/portal'],
  ];
  const rank = new Map(layers.flatMap((folders, level) => folders.map((folder) => [folder, level] as const)));

  it('the portal knows the API alone: nothing of the registry, the agent or the protocol, and nobody imports it', () => {
    const isPortal = (path: string) => path.startsWith('registry/portal/');
    const wrong = product.flatMap((file) =>
      importsOf(file)
        .filter((target) => /^(protocol|agent|registry)\//.test(target))
        .filter(
          (target) => isPortal(file.path) !== isPortal(target) && (isPortal(file.path) || isPortal(target)),
        )
        .map((target) => `${file.path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('pages of the portal know its parts, never each other', () => {
    const pageOf = (path: string) => /^registry\/portal\/pages\/([^/]+)\//.exec(path)?.[1];
    const wrong = product.flatMap((file) => {
      const own = pageOf(file.path);
      const inParts = /^registry\/portal\/(api|live|i18n|parts|shell|player)\//.test(file.path);
      return importsOf(file)
        .filter((target) => {
          const other = pageOf(target);
          return other !== undefined && (inParts || (own !== undefined && own !== other));
        })
        .map((target) => `${file.path} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('folders of the registry know only what lies below them', () => {
    const wrong = product.flatMap((file) => {
      const own = rank.get(folderOf(file.path));
      if (own === undefined) return [];
      return importsOf(file)
        .filter((target) => {
          const other = rank.get(folderOf(target));
          if (other === undefined || folderOf(target) === folderOf(file.path)) return false;
          return other > own;
        })
        .map((target) => `${file.path} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('every folder of the registry has its place among the layers', () => {
    const folders = new Set(
      product.filter((file) => /^registry\/[^/]+\//.test(file.path)).map((file) => folderOf(file.path)),
    );
    expect([...folders].filter((folder) => !rank.has(folder))).toEqual([]);
  });
});

describe('outside packages', () => {
  const owners: Record<string, RegExp> = {
    onvif: /^agent\/onvif\//,
    'node-rtsp-stream': /^agent\/live\//,
    'fluent-ffmpeg': /^agent\/recorder\/ffmpeg\.ts$/,
    'multicast-dns': /^agent\/discovery\/mdns\.ts$/,
    'fast-xml-parser': /^agent\/xml\.ts$/,
    mqtt: /^(agent\/uplink\/|registry\/broker\/external\.ts$)/,
    aedes: /^registry\/broker\/embedded/,
    ws: /^registry\/(broker|live)\/|^agent\/live\//,
    pg: /^registry\/db\//,
    '@node-rs/argon2': /^registry\/access\/passwords\.ts$/,
    jose: /^(agent\/identity\/|registry\/access\/jwt\.ts$)/,
    nodemailer: /^registry\/mail\//,
    '@simplewebauthn/server': /^registry\/access\/second-factor\//,
    otpauth: /^registry\/access\/second-factor\//,
    pino: /^(agent|registry)\/log\.ts$/,
    commander: /^(agent|registry)\/cli\//,
    '@aws-sdk/client-s3': /^registry\/recordings\/storage\//,
    '@aws-sdk/s3-request-presigner': /^registry\/recordings\/storage\//,
    '@hono/node-server': /^registry\/http\//,
    hono: /^registry\/http\//,
    '@hono/zod-openapi': /^registry\/http\//,
    'drizzle-orm': /^registry\/db\/drizzle\.ts$/,
    'csv-parse': /^registry\/cameras\/import\/csv\.ts$/,
    'csv-stringify': /^registry\/http\/csv\.ts$/,
    uqr: /^(agent\/qr\.ts|registry\/http\/pages\/duties\.tsx|registry\/portal\/parts\/qr\.tsx)$/,
    'openapi-fetch': /^registry\/portal\/api\/client\.ts$/,
    'eventsource-parser': /^registry\/(portal\/live\/stream\.ts$|cli\/)/,
    'get-nonce': /^registry\/portal\/main\.tsx$/,
    'react-dom': /^registry\/portal\/main\.tsx$/,
    '@mantine/spotlight': /^registry\/portal\/shell\/spotlight\.tsx$/,
    uplot: /^registry\/portal\/parts\/chart/,
    react: /^registry\/portal\//,
    '@mantine/core': /^registry\/portal\//,
    '@mantine/dates': /^registry\/portal\//,
    '@mantine/form': /^registry\/portal\//,
    '@mantine/hooks': /^registry\/portal\//,
    '@tabler/icons-react': /^registry\/portal\//,
    '@tanstack/react-query': /^registry\/portal\//,
    '@tanstack/react-router': /^registry\/portal\//,
    '@simplewebauthn/browser': /^registry\/portal\//,
    zod: /^(protocol|agent|registry)\//,
  };

  const outside = product.flatMap((file) =>
    importsOf(file)
      .filter((target) => !target.startsWith('node:') && !/^(protocol|agent|registry)\//.test(target))
      .map((name) => ({ file: file.path, name })),
  );

  it('are imported by their owner only', () => {
    expect(
      outside
        .filter(({ file, name }) => !owners[name]?.test(file))
        .map(({ file, name }) => `${file} → ${name}`),
    ).toEqual([]);
  });

  it('are declared, exactly pinned, by the workspace that imports them', () => {
    const wrong: string[] = [];
    for (const workspace of ['.', 'protocol', 'agent', 'registry', 'test']) {
      const manifest = JSON.parse(
        readFileSync(join(repositoryRoot, workspace, 'package.json'), 'utf8'),
      ) as Record<string, Record<string, string> | undefined>;
      const declared = {
        ...manifest.dependencies,
        ...manifest.devDependencies,
        ...manifest.optionalDependencies,
      };
      for (const [name, version] of Object.entries(declared)) {
        if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) wrong.push(`${workspace}: ${name}@${version}`);
      }
      for (const { file, name } of outside) {
        // The portal is bundled: what it is built from is not installed with the registry.
        const installed = file.startsWith('registry/portal/') ? declared : (manifest.dependencies ?? {});
        if (file.startsWith(`${workspace}/`) && !(name in installed)) {
          wrong.push(`${file} → ${name} is not among ${workspace}'s dependencies`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('come without download addresses in the lock file', () => {
    const lock = readFileSync(join(repositoryRoot, 'package-lock.json'), 'utf8');
    expect(lock.match(/https?:\/\/[^"]*\.tgz/g)).toBeNull();
  });
});

describe('the shape of the code', () => {
  it('has no import cycle; what a route of the portal loads later may know the route', () => {
    const loadedBy = ({ path, loaded }: SourceFile) =>
      loaded.map((specifier) => resolveImport(path, specifier));
    const graph = new Map(product.map((file) => [file.path, loadedBy(file)]));
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (path: string, trail: string[]): void => {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
        return;
      }
      state.set(path, 'open');
      for (const target of graph.get(path) ?? []) if (graph.has(target)) visit(target, [...trail, path]);
      state.set(path, 'done');
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it('keeps no state in modules: no module-level let', () => {
    expect(product.filter((file) => /^(export )?let\s/m.test(file.text)).map((file) => file.path)).toEqual(
      [],
    );
  });

  it('has no barrel files and no folder or file named after nothing', () => {
    const banned = /^(index|utils?|helpers?|common|misc|manager|handlers?|processor)$/;
    const wrong = [...product, ...tests].filter((file) =>
      [basename(file.path, '.ts'), ...dirname(file.path).split('/')].some((name) => banned.test(name)),
    );
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  it('has no file that outgrew one subject; a catalogue of words grows with its page', () => {
    const long = product
      .filter(({ path }) => basename(path) !== 'texts.ts')
      .map((file) => ({ path: file.path, lines: file.text.split('\n').length }))
      .filter(({ lines }) => lines > 320);
    expect(long).toEqual([]);
  });

  it('leaves nothing for later', () => {
    const marks = /\b(TODO|FIXME|XXX|HACK)\b/;
    const own = 'test/architecture.test.ts';
    expect(
      [...product, ...tests].filter((file) => file.path !== own && marks.test(file.text)).map((f) => f.path),
    ).toEqual([]);
  });

  it('imports only files that exist', () => {
    const isThere = (path: string) => existsSync(join(repositoryRoot, path));
    const wrong = [...product, ...tests].flatMap((file) =>
      importsOf(file)
        .filter((target) => /^(protocol|agent|registry|test)\//.test(target) && !isThere(target))
        .map((target) => `${file.path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('stories that may run at once', () => {
  it('have loopback networks of their own: none finds the cameras of another', () => {
    const storiesOf = new Map<string, Set<string>>();
    for (const { path, text } of tests.filter((file) => file.path.endsWith('.test.ts')))
      for (const [network] of text.replaceAll('127.0.0.1', '').matchAll(/\b127\.\d+\.\d+/g))
        storiesOf.set(network, (storiesOf.get(network) ?? new Set()).add(path));
    const shared = [...storiesOf].map(([network, stories]) => `${network}: ${[...stories].join(', ')}`);
    expect(shared.filter((line) => line.includes(', '))).toEqual([]);
  });
});

describe('the documents', () => {
  const documents = ['', 'protocol', 'agent', 'registry', 'test'].flatMap((folder) =>
    filesBelow(folder || '.', ['.md']).filter((path) => dirname(path) === (folder || '.')),
  );

  it('link only to what is there', () => {
    const wrong = documents.flatMap((path) => {
      const text = readFileSync(join(repositoryRoot, path), 'utf8');
      return [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)/g)]
        .map((match) => join(dirname(path), match[1] ?? ''))
        .filter((target) => {
          try {
            readFileSync(join(repositoryRoot, target));
            return false;
          } catch (error) {
            return (error as NodeJS.ErrnoException).code !== 'EISDIR';
          }
        })
        .map((target) => `${path} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    ['agent', /GANTRY_[A-Z_]+/g],
    ['registry', /\b(?:GANTRY_[A-Z_]+|DATABASE_URL|MQTT_URL|STORAGE_URL)\b/g],
  ])('name every setting of the %s in its README', (workspace, pattern) => {
    const readme = readFileSync(join(repositoryRoot, workspace, 'README.md'), 'utf8');
    const keys = new Set(
      product
        .filter((file) => file.path.startsWith(`${workspace}/`))
        .flatMap((file) => file.text.match(pattern) ?? []),
    );
    expect([...keys].filter((key) => !readme.includes(key))).toEqual([]);
  });

  it('and no file names a folder of the machine it was written on', () => {
    const everything = filesBelow('.', [
      '.ts',
      '.md',
      '.json',
      '.mjs',
      '.js',
      '.sh',
      '.yml',
      '.css',
      '.html',
    ]);
    const machine = new RegExp(['/work', 'main'].join('/'));
    expect(
      everything.filter((path) => machine.test(readFileSync(join(repositoryRoot, path), 'utf8'))),
    ).toEqual([]);
  });
});
