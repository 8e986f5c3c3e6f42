import { createHash, createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { readStored, writeDurably } from '../store.js';

/** `/install/manifest.json` of a registry. */
export const packageManifest = z.object({
  version: z.string().regex(/^\d+\.\d+\.\d+[\w.+-]*$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.int().min(1).max(268_435_456),
  /** Ed25519, raw, base64url. */
  key: z.string().regex(/^[\w-]{43}$/),
  signature: z.string().regex(/^[\w-]{86}$/),
});
export type PackageManifest = z.infer<typeof packageManifest>;

/** The package is not what the registry of this box signed: it is not unpacked. */
export class PackageRefused extends Error {
  override readonly name = 'PackageRefused';
}

const remembered = z.strictObject({ registry: z.string(), key: z.string() });

/** Whose packages a box takes. */
export interface PackageTrust {
  /** Key that the registry gave when it let the box in; null for a box of before that, or one that is not in. */
  enrolled: string | null;
  /** Where such a box remembers the key of its first update. */
  path: string;
}

/**
 * A box takes packages of one key: the one it got with its enrolment, else the one of its first update. Whoever takes
 * over the registry's address, or names another, has no update for it. Throws {@link PackageRefused} for another key, or
 * a wrong signature.
 */
export async function checkManifest(
  trust: PackageTrust,
  registry: string,
  { version, sha256, key, signature }: PackageManifest,
): Promise<void> {
  const known = await trustedKey(trust);
  if (known !== null && known !== key)
    throw new PackageRefused(
      `The packages of ${registry} are signed with another key than this box trusts. Nothing was changed. Ask who runs ` +
        `the registry; if the key was changed on purpose, let the box in again: gantry leave, then gantry up.`,
    );
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' });
  const text = Buffer.from(`gantry-agent\n${version}\n${sha256}\n`);
  if (!verify(null, text, publicKey, Buffer.from(signature, 'base64url')))
    throw new PackageRefused('The signature of the package is wrong. Nothing was changed.');
  if (known === null) await writeDurably(trust.path, JSON.stringify({ registry, key }), 0o600);
}

async function trustedKey({ enrolled, path }: PackageTrust): Promise<string | null> {
  if (enrolled !== null) return enrolled;
  const known = await readStored(path, remembered);
  if (known.kind === 'damaged') throw new PackageRefused(`${known.why}. Install the agent anew.`);
  return known.kind === 'value' ? known.value.key : null;
}

/** Throws {@link PackageRefused} for other bytes than the manifest announces. */
export function checkPackage(bytes: Uint8Array, { sha256, sizeBytes }: PackageManifest): void {
  const isSame = createHash('sha256').update(bytes).digest('hex') === sha256;
  if (bytes.byteLength !== sizeBytes || !isSame)
    throw new PackageRefused('What was downloaded is not what the registry announced. Nothing was changed.');
}
