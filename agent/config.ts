import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const cidr = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/, 'must be an IPv4 address or range like 192.168.1.0/24')
  .refine(
    (text) => text.split(/[./]/).every((part, index) => Number(part) <= (index === 4 ? 32 : 255)),
    'must be an IPv4 address or range like 192.168.1.0/24',
  );

/** Scheme, perhaps a login, host and port; nothing behind it. */
function isProxy(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isAlone = url?.pathname === '/' && url.search === '' && url.hash === '';
  return isAlone && ['http:', 'https:'].includes(url.protocol);
}

/** A number within bounds; one sentence tells whatever is wrong with it. */
const between = (min: number, max: number) => {
  const error = `must be a number from ${min} to ${max}`;
  return z.number(error).min(min, error).max(max, error);
};
const wholeBetween = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int(error).min(min, error).max(max, error);
};
const oneOf = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z.enum(words, `must be one of ${words.join(', ')}`);

/** `settings.json` in the data folder: what an installer may set once and keep. Every key is optional. */
export const settingsSchema = z.strictObject({
  /** Ranges that are scanned and that the agent may talk to; empty: the local networks. */
  scanRanges: z.array(cidr).max(64).default([]),
  /** Address of the registry; normally known from the join token. */
  registryUrl: z
    .url({ protocol: /^https?$/, error: 'must be an address like https://cams.example.com' })
    .optional(),
  /** What the box calls itself when it is let in and whenever it connects; normally its host name. */
  name: z
    .string()
    .regex(/^[^\p{C}]{1,100}$/u, 'must be 1 to 100 letters')
    .optional(),
  /** HTTP proxy of the site, for everything that goes to the registry. Cameras are never asked through it. */
  proxy: z.string().refine(isProxy, 'must be an address like http://proxy.example.com:3128').optional(),
  logLevel: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent').default('info'),
  /** A disk of its own for recordings and spool; normally they lie in the data folder. */
  footageFolder: z.string().startsWith('/', 'must be an absolute path').optional(),
  /** Most the spool may hold before the oldest footage is given up. */
  spoolMaxBytes: wholeBetween(16_777_216, Number.MAX_SAFE_INTEGER).default(20 * 1024 ** 3),
  /** Most all uploads together may take of the line; 0: all of it. */
  uploadBytesPerSecond: wholeBetween(0, Number.MAX_SAFE_INTEGER).default(0),
  rescanMinutes: between(0.05, 1_440).default(10),
  heartbeatMs: wholeBetween(100, 60_000).default(15_000),
  /**
   * How the broker is reached: as the registry says (through a proxy: as `wss`), through the registry's HTTPS port where
   * the other one is blocked, or as the registry says and never through a proxy.
   */
  transport: oneOf('auto', 'wss', 'mqtt').default('auto'),
  /** Where the on-site page is served; 0: nowhere. */
  localPort: wholeBetween(0, 65_535).default(7_080),
});
export type Settings = z.infer<typeof settingsSchema>;

export interface AgentConfig extends Settings {
  /** Absolute path; everything the agent keeps lies below it. */
  dataFolder: string;
}

/** The configuration cannot be used: what, why and what to do. The command line ends with exit code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Environment = Record<string, string | undefined>;

/** `--data`, else `GANTRY_AGENT_DATA`, else `~/.gantry/agent`; absolute. */
export function dataFolderOf(flag: string | undefined, environment: Environment): string {
  return resolve(flag ?? (environment['GANTRY_AGENT_DATA'] || join(homedir(), '.gantry', 'agent')));
}

const variables = {
  GANTRY_SCAN_RANGES: {
    key: 'scanRanges',
    read: (text: string) => text.split(',').map((part) => part.trim()),
  },
  GANTRY_REGISTRY_URL: { key: 'registryUrl', read: (text: string) => text },
  GANTRY_NAME: { key: 'name', read: (text: string) => text },
  GANTRY_PROXY: { key: 'proxy', read: (text: string) => text },
  GANTRY_LOG_LEVEL: { key: 'logLevel', read: (text: string) => text },
  GANTRY_FOOTAGE_FOLDER: { key: 'footageFolder', read: (text: string) => text },
  GANTRY_SPOOL_MAX_BYTES: { key: 'spoolMaxBytes', read: Number },
  GANTRY_UPLOAD_BYTES_PER_SECOND: { key: 'uploadBytesPerSecond', read: Number },
  GANTRY_RESCAN_MINUTES: { key: 'rescanMinutes', read: Number },
  GANTRY_HEARTBEAT_MS: { key: 'heartbeatMs', read: Number },
  GANTRY_TRANSPORT: { key: 'transport', read: (text: string) => text },
  GANTRY_LOCAL_PORT: { key: 'localPort', read: Number },
} as const;

/**
 * Defaults ← `settings.json` ← environment ← flags. Throws {@link ConfigError} naming the file or variable,
 * the field and the remedy.
 */
export async function loadConfig(o: {
  dataFolder: string;
  environment: Environment;
  scanRanges?: readonly string[];
  registryUrl?: string | undefined;
}): Promise<AgentConfig> {
  const path = join(o.dataFolder, 'settings.json');
  const settings = await readSettings(path);
  for (const [name, { key, read }] of Object.entries(variables)) {
    const text = o.environment[name];
    if (text === undefined || text === '') continue;
    const parsed = settingsSchema.partial().safeParse({ [key]: read(text) });
    if (!parsed.success) {
      throw new ConfigError(`${name} ${parsed.error.issues[0]?.message}. Correct or unset ${name}.`);
    }
    Object.assign(settings, { [key]: read(text) });
  }
  if (o.scanRanges && o.scanRanges.length > 0) {
    const parsed = z.array(cidr).safeParse(o.scanRanges);
    if (!parsed.success)
      throw new ConfigError(`--scan ${parsed.error.issues[0]?.message}. Correct the range.`);
    settings.scanRanges = parsed.data;
  }
  if (o.registryUrl !== undefined) {
    const parsed = settingsSchema.shape.registryUrl.safeParse(o.registryUrl);
    if (!parsed.success) throw new ConfigError('--registry needs an address like https://cams.example.com.');
    settings.registryUrl = o.registryUrl;
  }
  return { ...settings, dataFolder: o.dataFolder };
}

/** `settings.json` with defaults. Throws {@link ConfigError}. */
export async function readSettings(path: string): Promise<Settings> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return settingsSchema.parse({});
    throw new ConfigError(
      `Settings ${path} cannot be read (${message}). Correct its permissions or remove it.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(
      `Settings ${path} are not JSON (${(error as Error).message}). Correct or remove it.`,
    );
  }
  const parsed = settingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') || 'the document';
  throw new ConfigError(
    `Settings ${path}: ${where}: ${issue?.message}. Correct this field or remove the file.`,
  );
}
