import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { liveCloses } from '@gantry/protocol/live.js';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { bytesOf, newStreamId, startLiveSite, type LiveSite } from './live-site.js';

let site: LiveSite;
afterEach(() => site?.close());

const fragments = (count: number) =>
  until(() => site.pieces().filter(({ kind }) => kind === 'fragment').length >= count, {
    timeoutMs: 60_000,
    what: `${count} fragments`,
  });
const failed = () =>
  until(() => site.told.find(({ outcome }) => outcome === 'failed'), {
    timeoutMs: 60_000,
    what: 'a failure to be told',
  });

/** Key picture or not, by ffprobe: one letter per frame. */
async function framesOf(media: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-live-'));
  try {
    const file = join(folder, 'live.mp4');
    await writeFile(file, media);
    const asked = [
      '-v',
      'error',
      '-select_streams',
      'v',
      '-show_entries',
      'frame=pict_type',
      '-of',
      'csv=p=0',
    ];
    const { stdout } = await promisify(execFile)('ffprobe', [...asked, file]);
    return stdout.replaceAll(/[^IPB]/g, '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('a stream that somebody watches', () => {
  it.each(['h264', 'h265'] as const)(
    'reaches the registry as %s that plays from any key fragment on',
    async (video) => {
      site = await startLiveSite({ camera: { video }, video });
      const { streamId, ticket } = site.wish();
      await fragments(12);
      expect(site.dialled[0]).toMatchObject({ streamId, ticket, authorization: 'Bearer device-token' });
      const [init, ...rest] = site.pieces();
      expect(init?.kind).toBe('init');
      expect(rest[0]?.isKey).toBe(true);
      expect(rest.map(({ sequence }) => sequence)).toEqual(rest.map((_, index) => index + 1));
      const later = rest.findIndex(({ isKey }, index) => index > 0 && isKey);
      expect(later).toBeGreaterThan(0);
      const frames = await framesOf(bytesOf([...(init ? [init] : []), ...rest.slice(later)]));
      expect(frames).toMatch(/^I[IPB]+$/);
      // Only some begin with a key picture: otherwise the flag would say nothing.
      expect(rest.filter(({ isKey }) => isKey).length).toBeLessThan(rest.length / 2);
      expect(Math.abs(Date.now() - (rest.at(-1)?.atMs ?? 0))).toBeLessThan(5_000);
    },
  );

  it('is pulled once however often it is wished for, and ends when the registry hangs up', async () => {
    site = await startLiveSite();
    const { streamId } = site.wish();
    await fragments(2);
    for (let i = 0; i < 5; i += 1) site.wish({ streamId });
    await fragments(4);
    expect(site.camera.counters.rtspSessionsStarted).toBe(1);
    site.dialled[0]?.socket.close(liveCloses.unwatched, 'Nobody watches any more.');
    await until(() => site.camera.counters.openRtspSessions === 0, { what: 'the session to end' });
    await until(() => site.live.running().length === 0, { what: 'the stream to be let go' });
    expect(site.told.map(({ outcome }) => outcome)).toEqual(['opening']);
  });

  it('ends with its lease when the registry is not heard any more', async () => {
    site = await startLiveSite();
    site.wish({ leaseMs: 2_500 });
    await fragments(2);
    expect(await site.dialled[0]?.closed).toEqual({
      code: liveCloses.unwatched,
      reason: 'Nobody watches any more.',
    });
    await until(() => site.camera.counters.openRtspSessions === 0, { what: 'the session to end' });
  });

  it('gives way to that of a registry that was started anew', async () => {
    site = await startLiveSite();
    site.wish();
    await fragments(2);
    const { streamId } = site.wish();
    await until(() => site.dialled.length === 2, { what: 'the second connection' });
    await fragments(2);
    expect(site.live.running()).toEqual([{ cameraId: site.cameraId, stream: 'main', streamId }]);
    await until(() => site.camera.counters.openRtspSessions === 1, { what: 'the first session to end' });
  });
});

describe('a camera that shows nothing', () => {
  it('is left alone after it refused the login, however often viewers come, until the login changes', async () => {
    site = await startLiveSite();
    site.login.password = 'wrong';
    site.wish();
    const { detail } = await failed();
    expect(detail).toMatch(/login|password/i);
    const tries = site.camera.counters.failedLogins;
    for (let i = 0; i < 3; i += 1) site.wish();
    expect(site.told.filter(({ outcome }) => outcome === 'failed')).toHaveLength(4);
    expect(site.camera.counters.failedLogins).toBe(tries);
    site.login.password = site.camera.password;
    site.live.credentialsChanged([site.cameraId]);
    site.wish();
    await fragments(1);
  });

  it('that the box does not know is told at once', async () => {
    site = await startLiveSite();
    const cameraId = 'cam_01ZZZZZZZZZZZZZZZZZZZZZZZZ' as typeof site.cameraId;
    const { streamId } = site.wish({ cameraId });
    expect(site.told).toEqual([
      { streamId, outcome: 'failed', detail: 'This box has not found the camera yet.' },
    ]);
  });

  it('that hangs up ends the stream with the reason', async () => {
    site = await startLiveSite();
    site.wish();
    await fragments(2);
    site.camera.faults.teardown();
    const { detail } = await failed();
    expect(detail).not.toBe('');
    expect(await site.dialled[0]?.closed).toMatchObject({ code: liveCloses.sourceEnded });
  });
});

it('shows no more cameras at once than the site allows', async () => {
  site = await startLiveSite({ live: { atOnce: 1 } });
  site.wish();
  const { streamId } = site.wish({ stream: 'sub', streamId: newStreamId() });
  expect(site.told.at(-1)).toMatchObject({ streamId, outcome: 'failed' });
  expect(site.told.at(-1)?.detail).toContain('Close another live view first');
});
