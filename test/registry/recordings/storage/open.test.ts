import { parseStorageUrl } from '@gantry/registry/recordings/storage/open.js';
import { expect, it } from 'vitest';

const place = { bucket: 'video', prefix: '', endpoint: null, region: 'us-east-1', pathStyle: false };

it.each([
  ['/var/lib/gantry/storage', { kind: 'filesystem', folder: '/var/lib/gantry/storage' }],
  ['file:///srv/a%20b', { kind: 'filesystem', folder: '/srv/a b' }],
  ['s3://video', { kind: 's3', place }],
  [
    's3://video/one/two/?region=eu-central-1',
    { kind: 's3', place: { ...place, prefix: 'one/two', region: 'eu-central-1' } },
  ],
  [
    's3://video?endpoint=http%3A%2F%2Fminio%3A9000&pathStyle=true',
    { kind: 's3', place: { ...place, endpoint: 'http://minio:9000', pathStyle: true } },
  ],
])('%s names a place', (url, wanted) => {
  expect(parseStorageUrl(url)).toEqual(wanted);
});

it.each([
  ['ftp://host/x', /use file:, s3: or a folder/],
  ['s3:///prefix', /names no bucket/],
  ['s3://key:secret@video', /AWS_ACCESS_KEY_ID/],
  ['s3://video?regoin=x', /unknown option "regoin"/],
])('%s is refused with the reason', (url, why) => {
  expect(() => parseStorageUrl(url)).toThrow(why);
});
