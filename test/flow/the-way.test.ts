import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf, signIn } from '../support/api.js';
import { startStack, type Stack } from '../support/stack.js';
import { until } from '../support/until.js';

const run = promisify(execFile);

interface Switched {
  changed: boolean;
  at: string;
}

interface Timeline {
  recordings: { from: string; to: string }[];
}

const bakerSignIn = ['baker@demo-bakery.example', 'a password of the baker'] as const;

/** The main job from the box on the wall to the customer's account, as its users live it (design §4). */
describe('the whole way, with three cameras', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({
      network: '127.20.1',
      one: (index) =>
        [
          { kind: 'onvif', video: 'h264', audio: 'pcmu', rtspAuth: 'digest-sha256' },
          { kind: 'onvif', video: 'h265', audio: 'aac' },
          { kind: 'generic', video: 'h264', audio: null },
        ][index % 3] as object,
    });
  });

  afterAll(() => stack?.close());

  const timeline = async (cameraId: string, api = stack.api): Promise<Timeline> => {
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const to = new Date(Date.now() + 60_000).toISOString();
    return api.get(`/cameras/${cameraId}/recordings?from=${from}&to=${to}`);
  };
  const footageMs = async (cameraId: string, api = stack.api): Promise<number> =>
    (await timeline(cameraId, api)).recordings.reduce(
      (sum, { from, to }) => sum + Date.parse(to) - Date.parse(from),
      0,
    );
  const footageOfAll = async (api = stack.api) =>
    Promise.all((await stack.cameras()).map(async ({ id }) => footageMs(id, api)));

  it('discovers, registers, binds and records all of them after one `gantry up`', async () => {
    await stack.startAgent();
    await stack.recording(3);
    const cameras = await stack.cameras();
    expect(cameras.map((camera) => camera.kind).toSorted()).toEqual(['generic', 'onvif', 'onvif']);
    await until(async () => (await footageOfAll()).every((ms) => ms > 0), {
      timeoutMs: 60_000,
      everyMs: 250,
      what: 'footage of every camera',
    });
  });

  it('plays what it recorded in whatever reads HLS', async () => {
    for (const camera of await stack.cameras()) {
      const { url } = await stack.api.post<{ url: string }>(`/cameras/${camera.id}/playback`, {
        from: new Date(Date.now() - 3_600_000).toISOString(),
        to: new Date(Date.now() + 60_000).toISOString(),
      });
      const { stdout, stderr } = await run('ffprobe', [
        ...['-v', 'warning', '-of', 'json', '-show_entries', 'stream=codec_name,codec_type:packet=pts_time'],
        ...['-show_packets', '-select_streams', 'v', '-i', url],
      ]);
      expect(stderr).toBe('');
      const probed = JSON.parse(stdout) as {
        streams: { codec_name: string }[];
        packets: { pts_time: string }[];
      };
      expect(probed.streams[0]?.codec_name).toMatch(/^(h264|hevc)$/);
      const times = probed.packets.map((packet) => Number(packet.pts_time));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.length).toBeGreaterThan(10);
    }
  });

  it('makes no duplicate when the agent starts again, keeps its identity and records on', async () => {
    const before = await stack.cameras();
    expect(await stack.agent().end('SIGTERM')).toBe(0);
    expect(stack.recorders()).toBe(0);
    await stack.startAgent();
    await stack.recording(3);
    expect((await stack.cameras()).map(({ id }) => id).toSorted()).toEqual(
      before.map(({ id }) => id).toSorted(),
    );
    expect((await stack.api.get<{ items: unknown[] }>('/agents')).items).toHaveLength(1);
  });

  it('knows a camera again that got another address', async () => {
    const before = (await stack.cameras()).map(({ id }) => id).toSorted();
    const moved = stack.site.cameras[0];
    await moved?.faults.moveTo('127.20.1.40');
    await stack.agent().end('SIGTERM');
    await stack.startAgent();
    await until(
      async () => {
        const { items } = await stack.api.get<{ items: { address: string }[] }>('/cameras');
        return items.some(({ address }) => address.startsWith('127.20.1.40'));
      },
      { timeoutMs: 60_000, everyMs: 100, what: 'the new address in the registry' },
    );
    await stack.recording(3);
    expect((await stack.cameras()).map(({ id }) => id).toSorted()).toEqual(before);
  });

  it('stops every recorder within 2 s of a disable, and stores nothing that starts after it (R15, R18)', async () => {
    const answered = await stack.api.post<Switched>(`/tenants/${stack.tenants.customerId}:disable`, {
      reason: 'the story asks for it',
    });
    const answeredMs = performance.now();
    await until(() => stack.recorders() === 0, { timeoutMs: 2_000, what: 'the end of all recorders' });
    process.stderr.write(
      `recorders gone ${Math.round(performance.now() - answeredMs)} ms after the answer\n`,
    );
    await until(
      async () => {
        const { items } = await stack.api.get<{ items: { status: { sentence: string } }[] }>('/cameras');
        return items.every(({ status }) => status.sentence === 'Off — customer Demo Bakery disabled');
      },
      { what: 'every camera shown as disabled' },
    );
    const atMs = Date.parse(answered.at);
    for (const camera of await stack.cameras()) {
      const { recordings } = await timeline(camera.id);
      expect(recordings.every(({ from }) => Date.parse(from) < atMs)).toBe(true);
    }
  });

  it('locks the customer’s users out with their next request, and keeps the integrator’s sight (R20)', async () => {
    await stack.api.post(`/tenants/${stack.tenants.customerId}:enable`, {});
    const [email, password] = bakerSignIn;
    await stack.api.post('/users', {
      tenantId: stack.tenants.customerId,
      email,
      name: 'Baker',
      password,
    });
    const baker = await signIn(stack.url, email, password);
    expect((await baker.get<{ items: unknown[] }>('/cameras')).items).toHaveLength(3);
    await stack.api.post(`/tenants/${stack.tenants.customerId}:disable`, {});
    expect((await problemOf(baker.get('/cameras'))).code).toBe('account_disabled');
    expect((await problemOf(signIn(stack.url, email, password))).code).toBe('account_disabled');
    expect(await stack.cameras()).toHaveLength(3);
  });

  it('records every camera again after an enable, also one that had been off (R16)', async () => {
    const [first] = await stack.cameras();
    await stack.api.post(`/cameras/${first?.id}:disable`);
    const { hadBeenOff } = await stack.api.post<{ hadBeenOff: { cameras: { id: string }[] } }>(
      `/tenants/${stack.tenants.customerId}:enable`,
    );
    expect(hadBeenOff.cameras.map(({ id }) => id)).toEqual([first?.id]);
    // Since the customer has people of its own, its video is theirs (R32).
    const baker = await signIn(stack.url, ...bakerSignIn);
    const before = await footageOfAll(baker);
    await stack.recording(3);
    await until(async () => (await footageOfAll(baker)).every((ms, index) => ms > (before[index] ?? 0)), {
      timeoutMs: 60_000,
      everyMs: 250,
      what: 'new footage of every camera',
    });
  });

  it('leaves no process behind', async () => {
    expect(await stack.agent().end('SIGTERM')).toBe(0);
    expect(await stack.registry().end('SIGTERM')).toBe(0);
    expect(stack.leftovers()).toEqual([]);
  });
});
