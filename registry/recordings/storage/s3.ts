import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Failure, notFound } from '../../errors.js';
import { checked } from './checked.js';
import { isStorageKey } from './keys.js';
import type { Storage } from './storage.js';

export interface S3Place {
  bucket: string;
  /** Without slashes at its ends; empty for the bucket's root. */
  prefix: string;
  endpoint: string | null;
  region: string;
  /** `https://host/bucket/key` in place of `https://bucket.host/key`: most servers that are not Amazon's. */
  pathStyle: boolean;
}

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** Objects in an S3 bucket. Credentials come from the environment, as Amazon's libraries read them. */
export function createS3Storage(place: S3Place): Storage {
  const config: S3ClientConfig = {
    region: place.region,
    forcePathStyle: place.pathStyle,
    // The newer checksum trailers are unknown to many S3-compatible servers; our own digest is checked anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  };
  const client = new S3Client(place.endpoint === null ? config : { ...config, endpoint: place.endpoint });
  const root = place.prefix === '' ? '' : `${place.prefix}/`;
  const objectOf = (key: string) => {
    if (!isStorageKey(key)) {
      throw new Failure('invalid', `"${key}" cannot be the key of a stored object.`);
    }
    return { Bucket: place.bucket, Key: root + key };
  };

  const storage: Storage = {
    kind: 's3',
    async put(key, body, expected, accept = () => {}) {
      const source = Readable.from(checked(body, expected, accept), { objectMode: false });
      // The client waits for announced bytes that never come, so a source that fails must end the request.
      const abort = new AbortController();
      let cause: unknown;
      source.once('error', (error) => {
        cause = error;
        abort.abort();
      });
      try {
        const request = {
          ...objectOf(key),
          Body: source,
          ContentLength: expected.sizeBytes,
          // S3 refuses other bytes itself, and keeps the digest with the object; who does not know it, ignores it.
          ChecksumSHA256: base64Of(expected.sha256),
        };
        await client.send(new PutObjectCommand(request), { abortSignal: abort.signal });
      } catch (error) {
        throw cause ?? (statusOf(error) === 507 ? storageFull() : error);
      } finally {
        source.destroy();
      }
    },
    async get(key, range) {
      const bytes =
        range === undefined ? {} : { Range: `bytes=${range.startByte}-${Math.max(0, range.endByte - 1)}` };
      const answer = await client
        .send(new GetObjectCommand({ ...objectOf(key), ...bytes }))
        .catch((error: unknown) => {
          throw statusOf(error) === 404 ? notFound('stored object', key) : error;
        });
      return answer.Body as Readable;
    },
    async head(key) {
      try {
        const found = await client.send(new HeadObjectCommand(objectOf(key)));
        return {
          key,
          sizeBytes: found.ContentLength ?? 0,
          storedAtMs: found.LastModified?.getTime() ?? 0,
        };
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    },
    async delete(key) {
      await client.send(new DeleteObjectCommand(objectOf(key))).catch((error: unknown) => {
        if (statusOf(error) !== 404) throw error;
      });
    },
    async *list(prefix) {
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: place.bucket,
            Prefix: root + prefix,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        );
        for (const found of page.Contents ?? []) {
          yield {
            key: (found.Key as string).slice(root.length),
            sizeBytes: found.Size ?? 0,
            storedAtMs: found.LastModified?.getTime() ?? 0,
          };
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    direct: {
      async sign(key, expected, forMs) {
        const checksum = base64Of(expected.sha256);
        const command = new PutObjectCommand({
          ...objectOf(key),
          ContentLength: expected.sizeBytes,
          ContentType: 'video/mp4',
          ChecksumSHA256: checksum,
        });
        const url = await getSignedUrl(client, command, {
          expiresIn: Math.floor(forMs / 1_000),
          // In the signature, so that other bytes are refused by the server, and not in the address.
          unhoistableHeaders: new Set([checksumHeader]),
          signableHeaders: new Set(['host', 'content-type', 'content-length']),
        });
        return { url, headers: { 'content-type': 'video/mp4', [checksumHeader]: checksum } };
      },
      async adopt(from, to, expected) {
        const source = objectOf(from);
        const found = await client
          .send(new HeadObjectCommand({ ...source, ChecksumMode: 'ENABLED' }))
          .catch((error: unknown) => {
            throw statusOf(error) === 404 ? notFound('stored object', from) : error;
          });
        if (found.ContentLength !== expected.sizeBytes) throw notExpected();
        const vouched = found.ChecksumSHA256;
        if (vouched !== undefined && vouched !== base64Of(expected.sha256)) throw notExpected();
        await client.send(
          new CopyObjectCommand({
            ...objectOf(to),
            CopySource: encodeURI(`${place.bucket}/${root}${from}`),
            // Not what somebody put there since.
            CopySourceIfMatch: found.ETag,
          }),
        );
        if (vouched !== undefined) return;
        // A server that keeps no digest: the bytes are read once, where nobody can change them any more.
        const hash = createHash('sha256');
        for await (const chunk of await storage.get(to)) hash.update(chunk);
        if (hash.digest('hex') === expected.sha256) return;
        await storage.delete(to);
        throw notExpected();
      },
    },
    close: () => client.destroy(),
  };
  return storage;
}

const checksumHeader = 'x-amz-checksum-sha256';
const base64Of = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

const notExpected = (): Failure =>
  new Failure(
    'digest_mismatch',
    'The bytes that were handed in are not those announced. Send the file again.',
  );

const storageFull = (): Failure =>
  new Failure('storage_full', 'The storage has no room for this file. Free space, then send it again.');
