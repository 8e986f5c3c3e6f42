import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readTrustedProxies, type TrustedProxies } from './http/client-address.js';
import { readAddressLookup, type AddressLookupSetting } from './tenancy/addresses/lookup.js';

/** The configuration cannot be used: what is wrong, and what to do. Ends `serve` with exit code 2. */
export class ConfigInvalid extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigInvalid';
  }
}

/** First step: the keys as written in a file, the environment or on the command line. README.md explains each. */
const written = z.strictObject({
  GANTRY_DATA: z.string().min(1).optional(),
  GANTRY_HOST: z.string().min(1).default('127.0.0.1'),
  GANTRY_PORT: z.coerce.number().int().min(0).max(65_535).default(7070),
  GANTRY_MQTT_PORT: z.coerce.number().int().min(0).max(65_535).default(1883),
  GANTRY_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  GANTRY_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text, ctx) => {
      try {
        return readTrustedProxies(text.split(/[\s,]+/).filter((entry) => entry !== ''));
      } catch (error) {
        ctx.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    }),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgresql://')
    .optional(),
  MQTT_URL: z
    .string()
    .regex(/^(mqtts?|wss?):\/\//, 'must start with mqtt://, mqtts://, ws:// or wss://')
    .optional(),
  STORAGE_URL: z
    .string()
    .regex(/^(file|s3):/, 'must start with file: or s3:')
    .optional(),
  GANTRY_ADDRESS_LOOKUP: z
    .string()
    .default('none')
    .transform((text, ctx) => {
      try {
        return readAddressLookup(text);
      } catch (error) {
        ctx.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    }),
  GANTRY_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  GANTRY_SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must start with smtp:// or smtps://')
    .optional(),
  GANTRY_MAIL_FROM: z.email().default('gantry@localhost.localdomain'),
  GANTRY_SECOND_FACTOR_GRACE_DAYS: z.coerce.number().int().min(0).max(36_500).default(14),
  GANTRY_ADMIN_EMAIL: z.email().default('admin@gantry.example'),
  GANTRY_ADMIN_PASSWORD: z.string().min(8, 'must have at least 8 characters').optional(),
});
type Written = z.infer<typeof written>;
export type ConfigKey = keyof Written;
export const configKeys = Object.keys(written.shape) as ConfigKey[];

/** Second step: what the registry works with. */
export interface Config {
  /** Holds everything the registry keeps. Absolute. */
  dataFolder: string;
  http: { host: string; port: number };
  /** Of the broker in this process; ignored when `mqttUrl` names another. */
  mqttPort: number;
  /** Null: derived from host and port. No trailing slash. */
  publicUrl: string | null;
  /** Proxies whose `X-Forwarded-For` tells where a request comes from. */
  trustedProxies: TrustedProxies;
  /** Null: the embedded Postgres. */
  databaseUrl: string | null;
  /** Null: the broker in this process. */
  mqttUrl: string | null;
  /** `file:FOLDER` or `s3://BUCKET…`. */
  storageUrl: string;
  /** Where suggestions for addresses come from (R6). */
  addressLookup: AddressLookupSetting;
  logLevel: Written['GANTRY_LOG_LEVEL'];
  /** `smtpUrl` null: letters stay in the outbox and are written to a folder. `from`: their sender's address. */
  mail: { smtpUrl: string | null; from: string };
  /** How long after their first sign-in users of platform and integrators may do without a second factor. */
  secondFactorGraceMs: number;
  /** First user of the platform; `password` null: one is made and printed once. */
  admin: { email: string; password: string | null };
}

/**
 * Builds the configuration: command line over environment over file over defaults. `file` is a JSON object of
 * the same keys. Throws {@link ConfigInvalid}.
 */
export async function loadConfig(sources: {
  environment: NodeJS.ProcessEnv;
  file?: string | undefined;
  flags?: Partial<Record<ConfigKey, string | undefined>>;
}): Promise<Config> {
  const fromFile = sources.file === undefined ? {} : await readConfigFile(sources.file);
  const known = Object.fromEntries(
    configKeys.flatMap((key) => {
      const value = sources.flags?.[key] ?? sources.environment[key];
      return value === undefined || value === '' ? [] : [[key, value]];
    }),
  );
  const parsed = written.safeParse({ ...fromFile, ...known });
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) =>
      issue.code === 'unrecognized_keys'
        ? `  ${issue.keys.join(', ')}: not a key of this version`
        : `  ${issue.path.join('.')}: ${issue.message}`,
    );
    throw new ConfigInvalid(
      `The configuration has faults:\n${faults.join('\n')}\nCorrect them in ${
        sources.file === undefined ? 'the environment' : `${sources.file} or the environment`
      }; registry/README.md lists every key.`,
    );
  }
  return configOf(parsed.data);
}

async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigInvalid(
      `The configuration file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}). ` +
        `Check the path and its permissions.`,
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    throw new ConfigInvalid(
      `The configuration file ${path} is not JSON: ${(error as Error).message}. ` +
        `Write an object such as {"GANTRY_PORT": 7070}.`,
    );
  }
  throw new ConfigInvalid(
    `The configuration file ${path} must hold an object such as {"GANTRY_PORT": 7070}.`,
  );
}

function configOf(keys: Written): Config {
  const dataFolder = resolve(keys.GANTRY_DATA ?? join(homedir(), '.gantry', 'registry'));
  return {
    dataFolder,
    http: { host: keys.GANTRY_HOST, port: keys.GANTRY_PORT },
    mqttPort: keys.GANTRY_MQTT_PORT,
    publicUrl: keys.GANTRY_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    trustedProxies: keys.GANTRY_TRUSTED_PROXIES,
    databaseUrl: keys.DATABASE_URL ?? null,
    mqttUrl: keys.MQTT_URL ?? null,
    storageUrl: keys.STORAGE_URL ?? `file:${join(dataFolder, 'storage')}`,
    addressLookup: keys.GANTRY_ADDRESS_LOOKUP,
    logLevel: keys.GANTRY_LOG_LEVEL,
    mail: { smtpUrl: keys.GANTRY_SMTP_URL ?? null, from: keys.GANTRY_MAIL_FROM },
    secondFactorGraceMs: keys.GANTRY_SECOND_FACTOR_GRACE_DAYS * 86_400_000,
    admin: { email: keys.GANTRY_ADMIN_EMAIL, password: keys.GANTRY_ADMIN_PASSWORD ?? null },
  };
}
