import { gunzipSync } from 'node:zlib';

const blockBytes = 512;
const maxPackageBytes = 256 * 1_048_576;

/** The version in `gantry-agent/package.json` of a package (tar, gzip). Throws when it is none of ours. */
export function versionOfPackage(archive: Uint8Array): string {
  const tar = gunzipSync(archive, { maxOutputLength: maxPackageBytes });
  for (let at = 0; at + blockBytes <= tar.byteLength;) {
    const text = (from: number, length: number) =>
      tar.toString('latin1', at + from, at + from + length).replace(/\0.*$/s, '');
    const name = text(0, 100);
    const sizeBytes = Number.parseInt(text(124, 12), 8) || 0;
    const body = at + blockBytes;
    if (name === 'gantry-agent/package.json') {
      const { version } = JSON.parse(tar.toString('utf8', body, body + sizeBytes)) as { version?: unknown };
      if (typeof version === 'string' && /^\d+\.\d+\.\d+[\w.+-]*$/.test(version)) return version;
      break;
    }
    at = body + Math.ceil(sizeBytes / blockBytes) * blockBytes;
  }
  throw new Error(
    'this archive is no package of the agent: it lacks gantry-agent/package.json with a version',
  );
}
