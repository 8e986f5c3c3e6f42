import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolderOf, readSettings, settingsSchema, type Settings } from '../config.js';
import { writeDurably } from '../store.js';
import { withoutLogin } from '../proxy.js';
import { say, show } from './output.js';
import { readSource } from './secret.js';
import { UsageError } from './usage-error.js';

/** `gantry get [KEY]`: what stands in `settings.json`, with defaults. */
export async function get(key: string | undefined, flags: { data?: string; json?: boolean }): Promise<void> {
  const settings = showable(await readSettings(pathOf(flags.data)));
  const shown = key === undefined ? settings : { [knownKey(key)]: settings[knownKey(key)] };
  const lines = Object.entries(shown).map(([name, value]) => {
    const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
    return key === undefined ? `${name}=${text}\n` : `${text}\n`;
  });
  show(flags.json, { settings: shown }, lines.join(''));
}

/** `gantry set KEY=VALUE…`: all or none; in effect after the next start. An empty value takes the default again. */
export async function set(pairs: string[], flags: { data?: string; json?: boolean }): Promise<void> {
  const path = pathOf(flags.data);
  const settings: Record<string, unknown> = { ...(await readSettings(path)) };
  for (const pair of pairs) {
    const [, name = '', text = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    const key = knownKey(name);
    if (text === '') delete settings[key];
    else settings[key] = valueOf(key, key === 'proxy' ? await readProxy(text) : text);
  }
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UsageError(`${issue?.path[0] as string} ${issue?.message}. Nothing was changed.`);
  }
  await mkdir(dataFolderOf(flags.data, process.env), { recursive: true, mode: 0o700 });
  await writeDurably(path, `${JSON.stringify(parsed.data, null, 2)}\n`);
  if (!flags.json) say('Kept; in effect when the agent is started again.');
  show(flags.json, { settings: showable(parsed.data) }, '');
}

const pathOf = (data: string | undefined): string => join(dataFolderOf(data, process.env), 'settings.json');

function knownKey(name: string): keyof Settings {
  const keys = Object.keys(settingsSchema.shape) as (keyof Settings)[];
  const key = keys.find((one) => one === name.trim());
  if (key === undefined)
    throw new UsageError(`${name || 'This'} is no setting. There are: ${keys.join(', ')}.`);
  return key;
}

/** Text as the type the key has. Pure. */
export function valueOf(key: keyof Settings, text: string): unknown {
  if (key === 'scanRanges') return text.split(',').map((range) => range.trim());
  return isText[key] ? text : Number(text);
}

const isText: Readonly<Partial<Record<keyof Settings, true>>> = {
  name: true,
  proxy: true,
  registryUrl: true,
  logLevel: true,
  footageFolder: true,
  transport: true,
};

/** A proxy's login is kept, and never shown. */
const showable = (settings: Settings): Settings =>
  settings.proxy === undefined ? settings : { ...settings, proxy: withoutLogin(settings.proxy) };

/** An address, or with a login from `file:PATH`. Throws {@link UsageError}. */
async function readProxy(text: string): Promise<string> {
  const given = await readSource(text);
  if (given !== null) return given.trim();
  if (!text.includes('@')) return text;
  throw new UsageError(
    'A password in an argument is seen by everyone on this computer. Put the address into a file: proxy=file:PATH. Nothing was changed.',
  );
}
