import { z } from 'zod';
import { systemClock } from '../clock.js';
import { dataFolderOf } from '../config.js';
import { dataFolder } from '../data-folder.js';
import { describeRtsp } from '../rtsp/describe.js';
import { cameraTest, forgotten, type CameraStatus, type CameraTest } from '../setup/shapes.js';
import { camerasOf, findCamera, pickCamera, type CameraFlags } from './cameras.js';
import { parseDuration } from './duration.js';
import { exitCodes } from './exit-codes.js';
import { askAgent, askStatus } from './local-client.js';
import { say, show } from './output.js';
import { readPin } from './pin.js';
import { readLogins } from './secret.js';
import { table } from './table.js';
import { UsageError } from './usage-error.js';

const describeTimeoutMs = 5_000;
const lookEveryMs = 300;

const pathOf = (localId: string, act: string) => `/v1/cameras/${encodeURIComponent(localId)}/${act}`;

/** `gantry cameras test`: a known camera through the running agent, any RTSP address without it. */
export async function test(name: string, flags: CameraFlags & { login?: string }): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  const steps = /^rtsps?:\/\//i.test(name)
    ? await testUrl(name, flags.login)
    : await testKnown(root, name, flags.login);
  if (steps.some(({ ok }) => !ok)) process.exitCode = exitCodes.partial;
  const lines = steps.map(({ what, ok, detail }) => `${ok ? 'ok  ' : 'FAIL'} ${what.padEnd(8)} ${detail}\n`);
  show(flags.json, { steps }, lines.join(''));
}

async function testKnown(
  root: string,
  name: string,
  login: string | undefined,
): Promise<CameraTest['steps']> {
  if (login !== undefined)
    throw new UsageError('A known camera is tried with its own login. Change it: gantry cameras login');
  const { localId } = await findCamera(root, name);
  const { steps } = await askAgent(
    root,
    { method: 'POST', path: pathOf(localId, 'test'), body: {} },
    cameraTest,
  );
  return steps;
}

async function testUrl(url: string, source: string | undefined): Promise<CameraTest['steps']> {
  if (/^[a-z]+:\/\/[^/?#]*@/i.test(url))
    throw new UsageError(
      'A password in an argument is seen by everyone on this computer. Use --login file:PATH with username:password.',
    );
  const [login = null] = source === undefined ? [] : await readLogins(source);
  const signal = new AbortController().signal;
  const { outcome, detail, tracks } = await describeRtsp(url, login, {
    timeoutMs: describeTimeoutMs,
    signal,
  });
  const codecs = tracks.map(({ media, codec }) => `${media} ${codec}`).join(', ');
  return [{ what: 'main', ok: outcome === 'ok', detail: outcome === 'ok' ? codecs : detail }];
}

/** `gantry cameras name` */
export async function name(which: string, text: string, flags: CameraFlags): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  const { localId } = await findCamera(root, which);
  const body = { name: text.trim() === '' ? null : text };
  await askAgent(root, { method: 'POST', path: pathOf(localId, 'name'), body }, z.object({}));
  const camera = await findCamera(root, localId);
  if (!flags.json) say(`It is called ${camera.name} now.`);
  show(flags.json, { camera }, '');
}

/** `gantry cameras forget` */
export async function forget(which: string, flags: CameraFlags): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  const { localId } = await findCamera(root, which);
  const path = pathOf(localId, 'forget');
  const { comesBack } = await askAgent(root, { method: 'POST', path, body: {} }, forgotten);
  if (!flags.json)
    say(
      comesBack
        ? 'Forgotten, but it still answers and will be found again. Unplug it, or search other ranges: gantry set scanRanges=…'
        : 'Forgotten. Its footage and its place in the registry stay until somebody removes them there.',
    );
  show(flags.json, { localId, comesBack }, '');
}

/** `gantry cameras register`: cameras register by themselves; this asks again and tells how it ended. */
export async function register(
  names: readonly string[],
  flags: CameraFlags & { all?: boolean; timeout: string },
): Promise<void> {
  if (flags.all && names.length > 0) throw new UsageError('Name cameras, or use --all; not both.');
  const root = dataFolderOf(flags.data, process.env);
  const before = await camerasOf(root);
  const wanted = new Set(
    (names.length === 0 ? before : names.map((one) => pickCamera(before, one))).map(({ localId }) => localId),
  );
  const untilMs = systemClock.monotonicMs() + parseDuration(flags.timeout);
  await askAgent(root, { method: 'POST', path: '/v1/announce', body: {} }, z.object({}));
  let cameras: CameraStatus[] = [];
  do {
    cameras = (await camerasOf(root)).filter(({ localId }) => wanted.has(localId));
    if (cameras.every(({ registration }) => registration !== null)) break;
    await systemClock.sleep(lookEveryMs);
  } while (systemClock.monotonicMs() < untilMs);
  const refused = cameras.filter(({ cameraId }) => cameraId === null);
  if (refused.length > 0) process.exitCode = exitCodes.partial;
  const rows = cameras.map(({ name: called, address, registration, registrationDetail }) => [
    called,
    address,
    registration ?? 'no answer yet',
    registrationDetail ?? '',
  ]);
  const counts = `${cameras.length - refused.length} registered, ${refused.length} problems\n`;
  const result = { registered: cameras.length - refused.length, problems: refused.length, cameras };
  show(flags.json, result, table(['CAMERA', 'ADDRESS', 'REGISTRY', 'WHY'], rows) + counts);
}

/** `gantry preview`: the on-site page opens at this camera; the PIN in the fragment is never sent. */
export async function preview(which: string, flags: CameraFlags): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  const { pageUrl, cameras } = await askStatus(root);
  const { localId } = pickCamera(cameras, which);
  if (pageUrl === null)
    throw new UsageError('No on-site page is served. Switch it on: gantry set localPort=7080');
  const url = `${pageUrl}#p=${await readPin(dataFolder(root))}&c=${localId}`;
  show(flags.json, { localId, url }, `${url}\n`);
}
