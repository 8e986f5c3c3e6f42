import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { signedText, type PackageSigner } from '../access/package-signature.js';
import { Failure } from '../errors.js';
import { packageRoot } from '../paths.js';
import { newResource, type App } from './api.js';
import { versionOfPackage } from './package-version.js';

interface AgentPackage {
  bytes: Uint8Array<ArrayBuffer>;
  sha256: string;
  version: string;
}

/** What `npm run pack:agent` makes. */
const madePackage = join(packageRoot, 'dist', 'downloads', 'gantry-agent.tgz');

/**
 * `curl -fsSL URL/install | sudo sh`: the script knows this registry's address and the digest of the package it
 * serves beside it. Both come from one reading of the file, so that they always fit. `manifest.json` is what
 * `gantry update` reads: version and digest, signed.
 */
export function installPages(o: {
  publicUrl: () => string;
  /** Asked when a manifest is served: the registry's secret is there by then. */
  signer: () => PackageSigner;
  packagePath?: string;
}): App {
  const path = o.packagePath ?? madePackage;
  const pages = newResource();
  const cached = { mtimeMs: -1, agent: null as AgentPackage | null };

  /** Read again when the file was made anew. Throws `not_found` where there is none. */
  const agentPackage = async (): Promise<AgentPackage> => {
    const { mtimeMs } = await stat(path).catch(() => {
      const remedy = 'Make it on the registry with: npm run pack:agent';
      throw new Failure('not_found', `This registry holds no package of the agent. ${remedy}`);
    });
    if (cached.agent !== null && cached.mtimeMs === mtimeMs) return cached.agent;
    const bytes = new Uint8Array(await readFile(path));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const agent = { bytes, sha256, version: versionOfPackage(bytes) };
    Object.assign(cached, { mtimeMs, agent });
    return agent;
  };

  pages.get('/install', async (c) => {
    const { sha256, version } = await agentPackage();
    const script = fillIn(await readFile(join(packageRoot, 'http', 'install.sh'), 'utf8'), {
      URL: shellSafe(o.publicUrl()),
      SHA256: sha256,
      VERSION: version,
    });
    return c.body(script, 200, {
      'content-type': 'text/x-shellscript; charset=utf-8',
      'cache-control': 'no-store',
    });
  });
  pages.get('/install/manifest.json', async (c) => {
    const { bytes, sha256, version } = await agentPackage();
    const signer = o.signer();
    const manifest = {
      version,
      sha256,
      sizeBytes: bytes.byteLength,
      key: signer.publicKey,
      signature: signer.sign(signedText(version, sha256)),
    };
    return c.json(manifest, 200, { 'cache-control': 'no-store' });
  });
  pages.get('/install/gantry-agent.tgz', async (c) => {
    const { bytes, sha256 } = await agentPackage();
    const etag = `"${sha256.slice(0, 16)}"`;
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, { etag });
    const headers = { 'content-type': 'application/gzip', 'cache-control': 'no-cache', etag };
    return c.body(bytes, 200, headers);
  });
  return pages;
}

const fillIn = (script: string, values: Readonly<Record<string, string>>): string =>
  script.replaceAll(/@([A-Z0-9]+)@/g, (mark, name: string) => values[name] ?? mark);

/** It stands between single quotes in the script: a URL of other letters is no URL of ours. */
function shellSafe(url: string): string {
  if (/^https?:\/\/[\w.:[\]-]+(\/[\w./-]*)?$/.test(url)) return url;
  throw new Error(`the public address ${url} cannot stand in a shell script`);
}
