// `npm run build`: the API's types for the portal, everything TypeScript, then the portal's bundle. What is newer
// than its sources is left alone, so that `npm start` and `npm test` pay for a build only after a change.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '..');
const at = (...path) => join(root, ...path);

// What is built is what people get, also when a test asks for it: React has another build for NODE_ENV=test.
const env = { ...process.env, NODE_ENV: 'production' };
const run = (script, args, cwd = root) => {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd, env, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
};

const changedMs = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Of a file, or of the newest thing in a folder; a folder changes too when something in it is deleted. */
function newestMs(path) {
  if (!statSync(path).isDirectory()) return changedMs(path);
  return Math.max(changedMs(path), ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

function writeApiTypes() {
  const types = at('registry', 'portal', 'api', 'schema.d.ts');
  const source = at('registry', 'openapi.json');
  if (changedMs(types) > changedMs(source)) return;
  const cli = at('registry', 'node_modules', 'openapi-typescript', 'bin', 'cli.js');
  run(cli, [source, '--output', types, '--root-types', '--root-types-no-schema-prefix']);
}

const portal = at('registry', 'dist', 'portal');
const worthCompressing = new Set(['.js', '.css', '.svg', '.html']);

/** Built beside and swapped in: a registry that starts meanwhile finds the old build or the new one. */
function buildPortal() {
  const sources = [at('registry', 'portal'), at('registry', 'package.json'), at('package-lock.json')];
  if (changedMs(join(portal, 'built')) > Math.max(...sources.map(newestMs))) return;
  const startedMs = Date.now();
  const next = `${portal}-${process.pid}`;
  run(
    at('node_modules', 'vite', 'bin', 'vite.js'),
    ['build', '--logLevel', 'warn', '--outDir', next],
    at('registry', 'portal'),
  );
  for (const path of readdirSync(next, { recursive: true })) {
    const file = join(next, path);
    if (!worthCompressing.has(extname(path))) continue;
    const bytes = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    writeFileSync(
      `${file}.br`,
      brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    );
  }
  writeFileSync(join(next, 'built'), '');
  // What changed while it was built is newer than the start: the next run builds again.
  utimesSync(join(next, 'built'), startedMs / 1_000, startedMs / 1_000);
  const old = `${next}-old`;
  mkdirSync(portal, { recursive: true });
  renameSync(portal, old);
  renameSync(next, portal);
  rmSync(old, { recursive: true, force: true });
}

const only = process.argv[2];
writeApiTypes();
if (only !== 'portal') run(at('node_modules', 'typescript', 'bin', 'tsc'), ['-b']);
buildPortal();
