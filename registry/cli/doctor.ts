import { publicUrlOf } from '../addresses.js';
import { loadConfig, type Config } from '../config.js';
import { connectDatabase, databaseNow } from '../db/database.js';
import { pendingMigrations } from '../db/migrate.js';
import { openRegistryDatabase, type OpenedDatabase } from '../data-folder.js';
import { createLog, type Log } from '../log.js';
import { checkSmtp } from '../mail/carrier.js';
import { reach, type ReachStep } from '../platform/reach.js';
import { openStorage } from '../recordings/storage/open.js';
import { StartFailure } from '../start-failure.js';
import { createHash, randomUUID } from 'node:crypto';
import { exitCodes } from './exit-code.js';
import { print, say } from './output.js';
import type { FolderFlags } from './upkeep.js';

interface Finding {
  check: string;
  verdict: 'ok' | 'warn' | 'FAIL';
  found: string;
  /** What to do; null when there is nothing to. */
  fix: string | null;
}

const ok = (check: string, found: string): Finding => ({ check, verdict: 'ok', found, fix: null });
const warn = (check: string, found: string, fix: string): Finding => ({ check, verdict: 'warn', found, fix });
const fail = (check: string, error: unknown, fix: string): Finding => ({
  check,
  verdict: 'FAIL',
  found: error instanceof Error ? error.message : String(error),
  fix,
});

/** Looks at everything the registry needs, from the machine it runs on; every finding has its remedy. */
export async function doctor(flags: FolderFlags): Promise<number> {
  const config = await loadConfig({
    environment: process.env,
    file: flags.config,
    flags: { GANTRY_DATA: flags.data },
  });
  const findings: Finding[] = [];
  const tell = (finding: Finding): void => {
    findings.push(finding);
    if (flags.json) return print(finding);
    say(`${finding.verdict.padEnd(4)}  ${finding.check.padEnd(11)}  ${finding.found}`);
    if (finding.fix !== null) say(`      fix: ${finding.fix}`);
  };
  for (const finding of await checkDatabase(config)) tell(finding);
  tell(await checkStorage(config));
  tell(await checkMail(config));
  tell(await checkPublicUrl(config));
  const count = (verdict: Finding['verdict']) => findings.filter((one) => one.verdict === verdict).length;
  const [problems, warnings] = [count('FAIL'), count('warn')];
  if (!flags.json) say(`${problems} problems, ${warnings} warnings`);
  return problems === 0 ? exitCodes.ok : exitCodes.failure;
}

async function checkDatabase(config: Config): Promise<Finding[]> {
  const log = createLog('silent');
  let opened: OpenedDatabase;
  try {
    opened = await openRegistryDatabase(config, log);
  } catch (error) {
    return [fail('database', error, 'see the message; gantry-registry serve says the same')];
  }
  const connection = connectDatabase(opened.url, { maxConnections: 1, log });
  try {
    const before = Date.now();
    const theirs = (await databaseNow(connection.db)).getTime();
    const after = Date.now();
    const where =
      config.databaseUrl === null ? (opened.inUse ? 'embedded, running' : 'embedded') : 'of DATABASE_URL';
    const offMs = Math.max(0, before - theirs, theirs - after);
    return [
      ok('database', `${where}, answers in ${after - before} ms`),
      await checkMigrations(opened.url, log),
      offMs < 2_000
        ? ok('clock', `${offMs} ms from the database's`)
        : warn('clock', `${offMs} ms from the database's`, 'let NTP set the clocks of both machines'),
    ];
  } catch (error) {
    const { cause } = error as Error;
    return [
      fail('database', cause ?? error, 'check that the server of DATABASE_URL runs and takes this user'),
    ];
  } finally {
    await connection.close();
    await opened.close();
  }
}

async function checkMigrations(url: string, log: Log): Promise<Finding> {
  try {
    const { length: waiting } = await pendingMigrations(url, log);
    return waiting === 0
      ? ok('migrations', 'none wait')
      : warn('migrations', `${waiting} wait`, 'gantry-registry migrate, or start the registry');
  } catch (error) {
    if (error instanceof StartFailure) return fail('migrations', error, 'see the message');
    throw error;
  }
}

/** Writes, reads and deletes a small object. */
async function checkStorage(config: Config): Promise<Finding> {
  const key = `doctor/${randomUUID()}`;
  const bytes = Buffer.from('written by gantry-registry doctor\n');
  try {
    const storage = await openStorage(config.storageUrl);
    try {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const began = performance.now();
      await storage.put(key, oneChunk(bytes), { sizeBytes: bytes.length, sha256 });
      await storage.delete(key);
      return ok('storage', `written and deleted in ${Math.round(performance.now() - began)} ms`);
    } finally {
      storage.close();
    }
  } catch (error) {
    return fail('storage', error, 'check STORAGE_URL, and the permissions and free space behind it');
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

async function checkMail({ mail, dataFolder }: Config): Promise<Finding> {
  if (mail.smtpUrl === null) {
    return warn('mail', `letters are files in ${dataFolder}/outbox`, 'set GANTRY_SMTP_URL to send them');
  }
  try {
    await checkSmtp(mail.smtpUrl);
    return ok('mail', `the SMTP server takes letters from ${mail.from}`);
  } catch (error) {
    return fail('mail', error, 'check GANTRY_SMTP_URL: host, port, user and password');
  }
}

const reachFixes: Readonly<Record<ReachStep, string>> = {
  dns: 'the name is in no DNS that this machine asks: check GANTRY_PUBLIC_URL',
  port: 'nothing lets it in there: start gantry-registry serve, or the proxy in front of it; look at firewalls',
  tls: 'check the certificate of the proxy in front of it',
  http: 'check the proxy in front of it',
};

async function checkPublicUrl(config: Config): Promise<Finding> {
  const url = publicUrlOf(config, { http: config.http.port, mqtt: config.mqttPort });
  const last = (await reach(url)).at(-1);
  if (last === undefined || last.ok) return ok('public URL', `${url} answers in ${last?.detail ?? '0 ms'}`);
  return fail('public URL', `${url}: ${last.step}: ${last.detail}`, reachFixes[last.step]);
}
