import { readFile, writeFile } from 'node:fs/promises';
import { platform, release } from 'node:os';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { logins } from '../cameras/credentials.js';
import { openSealedFile } from '../cameras/sealed-file.js';
import { dataFolderOf, readSettings } from '../config.js';
import { dataFolder, type DataFolder } from '../data-folder.js';
import { logLines } from '../setup/shapes.js';
import { agentVersion } from '../version.js';
import { examine } from './doctor.js';
import { listFiles } from './file-list.js';
import { AgentNotRunning, askAgent, askStatus, NotConnectedYet } from './local-client.js';
import { say, show } from './output.js';
import { tarOf } from './tar.js';
import { withoutSecrets } from './without-secrets.js';

/** `gantry bugreport`: what helps to find a fault, as an archive without any secret. */
export async function bugreport(flags: { data?: string; json?: boolean; out?: string }): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  const folder = dataFolder(root);
  const secrets = await secretsOf(folder);
  const clean = (value: unknown) =>
    withoutSecrets(typeof value === 'string' ? value : JSON.stringify(value, null, 2), secrets);
  const now = new Date();
  const about = { v: 1, version: agentVersion(), node: process.version, at: now.toISOString() };
  const files = {
    'report.json': clean({ ...about, system: `${platform()} ${release()} ${process.arch}` }),
    'doctor.json': clean(await examine(root)),
    'status.json': clean(await orWhyNot(() => askStatus(root))),
    'logs.txt': clean(await logsOf(root, folder)),
    'settings.json': clean(await orWhyNot(() => readSettings(`${root}/settings.json`))),
    'inventory.json': clean(withoutUrls(await textOf(folder.inventory))),
    'desired.json': clean(await textOf(folder.desired)),
    'files.txt': clean(await listFiles(root)),
  };
  const archive = await promisify(gzip)(tarOf(files, Math.floor(now.getTime() / 1_000)), { level: 9 });
  const out = flags.out ?? `gantry-bugreport-${now.toISOString().slice(0, 19).replaceAll(':', '')}.tar.gz`;
  await writeFile(out, archive, { mode: 0o600 });
  if (!flags.json) say(`Wrote ${out}: ${Object.keys(files).join(', ')}. Have a look before you send it.`);
  show(flags.json, { out, sizeBytes: archive.byteLength, files: Object.keys(files) }, '');
}

/** Everything that must not leave this box, in plain: the archive is searched for it. */
async function secretsOf(folder: DataFolder): Promise<string[]> {
  const key = await textOf(folder.key);
  const pin = /"pin":\s*"(\d{6})"/.exec(await textOf(folder.pin))?.[1];
  const privatePart = /"d":\s*"([\w-]+)"/.exec(key)?.[1];
  const sealed = await openSealedFile(folder.logins, folder.sealKey, logins).then(
    (file) => file.read(),
    () => null,
  );
  const held = sealed?.kind === 'value' ? sealed.value : null;
  const given = held
    ? [...held.site, ...Object.values(held.chosen), ...Object.values(held.proven)].map(
        ({ password }) => password,
      )
    : [];
  return [pin, privatePart, ...given].flatMap((secret) => secret ?? []);
}

async function logsOf(root: string, folder: DataFolder): Promise<string> {
  try {
    const { lines } = await askAgent(root, { method: 'GET', path: '/v1/logs' }, logLines);
    return lines.join('\n');
  } catch (error) {
    if (!(error instanceof AgentNotRunning)) throw error;
    return (await textOf(folder.backgroundLog)) || error.message;
  }
}

/** What could not be had is itself part of the report. */
async function orWhyNot(ask: () => Promise<object>): Promise<object> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AgentNotRunning || error instanceof NotConnectedYet) return { error: error.message };
    return { error: String(error) };
  }
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** Some vendors put passwords into paths (Q63). Pure. */
export const withoutUrls = (text: string): string =>
  text.replaceAll(/("(?:url|snapshotUrl)":\s*")[^"]*"/g, '$1[removed]"');
