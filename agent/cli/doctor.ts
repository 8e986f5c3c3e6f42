import { access, constants, statfs } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { dataFolderOf, loadConfig } from '../config.js';
import { dataFolder } from '../data-folder.js';
import { localRanges } from '../discovery/interfaces.js';
import { exchange } from '../http.js';
import { readEnrolment } from '../identity/enrolment.js';
import { checkFfmpeg } from '../recorder/ffmpeg.js';
import { checkDns, checkMqtt, checkMulticast } from './doctor-network.js';
import type { Finding } from './finding.js';
import { exitCodes } from './exit-code.js';

const lowDiskBytes = 1024 ** 3;
const clockWarnMs = 5_000;

/** `gantry doctor`: ends with exit code 1 when something fails. */
export async function doctor(flags: { data?: string; json?: boolean }): Promise<void> {
  const root = dataFolderOf(flags.data, process.env);
  const config = await loadConfig({ dataFolder: root, environment: process.env });
  const stored = await readEnrolment(dataFolder(root).enrolment);
  const enrolment = stored.kind === 'value' ? stored.value : null;
  const registryUrl = config.registryUrl ?? enrolment?.registryUrl ?? null;
  const findings = await Promise.all([
    checkNetwork(),
    checkMulticast(),
    checkRecording(),
    checkFolder(root),
    ...(registryUrl === null ? [] : [checkDns(registryUrl)]),
    checkRegistry(registryUrl),
    ...(enrolment === null ? [] : [checkMqtt(enrolment.mqttUrl)]),
  ]);
  if (findings.some(({ verdict }) => verdict === 'FAIL')) process.exitCode = exitCodes.failure;
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ v: 1, findings })}\n`);
    return;
  }
  for (const { what, verdict, detail, fix } of findings) {
    process.stdout.write(`${verdict.padEnd(4)} ${what.padEnd(10)} ${detail}\n`);
    if (fix !== null) process.stdout.write(`     fix: ${fix}\n`);
  }
  const count = (wanted: Finding['verdict']) => findings.filter(({ verdict }) => verdict === wanted).length;
  process.stdout.write(`${count('FAIL')} problems, ${count('warn')} warnings\n`);
}

async function checkNetwork(): Promise<Finding> {
  const ranges = localRanges(networkInterfaces());
  if (ranges.length > 0) return { what: 'network', verdict: 'ok', detail: ranges.join(', '), fix: null };
  const fix = 'plug in the network cable, or name the range of the cameras with --scan';
  return { what: 'network', verdict: 'warn', detail: 'this computer stands in no local network', fix };
}

async function checkRecording(): Promise<Finding> {
  try {
    return { what: 'ffmpeg', verdict: 'ok', detail: `version ${await checkFfmpeg()}`, fix: null };
  } catch (error) {
    const fix = 'apt-get install ffmpeg (5 or newer), or name another one in FFMPEG_PATH';
    return { what: 'ffmpeg', verdict: 'FAIL', detail: (error as Error).message, fix };
  }
}

async function checkFolder(root: string): Promise<Finding> {
  try {
    await access(root, constants.R_OK | constants.W_OK);
    const { bavail, bsize } = await statfs(root);
    const freeBytes = bavail * bsize;
    const detail = `${root}, ${Math.floor(freeBytes / 1024 ** 2)} MiB free`;
    if (freeBytes >= lowDiskBytes) return { what: 'folder', verdict: 'ok', detail, fix: null };
    return {
      what: 'folder',
      verdict: 'warn',
      detail,
      fix: 'free some space: footage waits here while offline',
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const fix = code === 'ENOENT' ? 'it is made by the first: gantry up' : 'make it writable for this user';
    return { what: 'folder', verdict: code === 'ENOENT' ? 'warn' : 'FAIL', detail: `${root}: ${code}`, fix };
  }
}

async function checkRegistry(url: string | null): Promise<Finding> {
  if (url === null) {
    const fix = 'gantry up --registry URL, or --join file:PATH with a join token of the registry';
    return { what: 'registry', verdict: 'FAIL', detail: 'this box is not enrolled', fix };
  }
  try {
    const sentAtMs = performance.now();
    const { dateMs } = await exchange({ method: 'HEAD', url: `${url}/`, timeoutMs: 5_000 });
    const tookMs = Math.round(performance.now() - sentAtMs);
    const offsetMs = dateMs === null ? 0 : dateMs + 500 - Date.now();
    const detail = `${url} answers in ${tookMs} ms, clock ${(offsetMs / 1_000).toFixed(0)} s ahead of this box`;
    if (Math.abs(offsetMs) < clockWarnMs) return { what: 'registry', verdict: 'ok', detail, fix: null };
    return { what: 'registry', verdict: 'warn', detail, fix: 'set the clock of this box (NTP)' };
  } catch (error) {
    const fix = 'check the network, and that outgoing connections to this address are allowed';
    return { what: 'registry', verdict: 'FAIL', detail: (error as Error).message, fix };
  }
}
