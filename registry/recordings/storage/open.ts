import { fileURLToPath } from 'node:url';
import { createFilesystemStorage } from './filesystem.js';
import type { S3Place } from './s3.js';
import type { Storage } from './storage.js';

export type StoragePlace = { kind: 'filesystem'; folder: string } | { kind: 's3'; place: S3Place };

/**
 * Reads a storage URL: `file:///folder`, a plain path, or
 * `s3://bucket/prefix?endpoint=…&region=…&pathStyle=true`. Throws an Error that says what is wrong with it.
 */
export function parseStorageUrl(url: string): StoragePlace {
  if (url.startsWith('file:')) return { kind: 'filesystem', folder: fileURLToPath(url) };
  if (!url.startsWith('s3:')) {
    if (/^[a-z][a-z0-9+.-]+:/i.test(url)) {
      throw new Error(`The storage URL starts with "${url.split(':')[0]}:"; use file:, s3: or a folder.`);
    }
    return { kind: 'filesystem', folder: url };
  }
  const parsed = new URL(url);
  if (parsed.hostname === '') throw new Error('The storage URL names no bucket: write s3://bucket/prefix.');
  if (parsed.username !== '' || parsed.password !== '') {
    throw new Error(
      'The storage URL holds credentials: put them into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  }
  const options = parsed.searchParams;
  for (const name of options.keys()) {
    if (!['endpoint', 'region', 'pathStyle'].includes(name)) {
      throw new Error(
        `The storage URL has the unknown option "${name}"; known are endpoint, region, pathStyle.`,
      );
    }
  }
  return {
    kind: 's3',
    place: {
      bucket: parsed.hostname,
      prefix: parsed.pathname.replaceAll(/^\/+|\/+$/g, ''),
      endpoint: options.get('endpoint'),
      region: options.get('region') ?? 'us-east-1',
      pathStyle: options.get('pathStyle') === 'true',
    },
  };
}

/** Opens the storage a URL names. The S3 client is loaded only when it is asked for: it is large. */
export async function openStorage(url: string): Promise<Storage> {
  const parsed = parseStorageUrl(url);
  if (parsed.kind === 'filesystem') return createFilesystemStorage(parsed.folder);
  const { createS3Storage } = await import('./s3.js');
  return createS3Storage(parsed.place);
}
