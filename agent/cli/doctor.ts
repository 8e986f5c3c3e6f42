import { access, constants, statfs } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { brokerUrl } from '../broker-url.js';
import { dataFolderOf, loadConfig } from '../config.js';
import { dataFolder } from '../data-folder.js';
import { chooseInterfaces, type ProbeInterface } from '../discovery/interfaces.js';
import { exchangeThrough, type Exchange } from '../http.js';
import { readEnrolment } from '../identity/enrolment.js';
import { checkFfmpeg } from '../recorder/ffmpeg.js';
import { checkGateway } from './doctor-gateway.js';
import { brokerFinding, checkDns, checkMulticast, reachBroker } from './doctor-network.js';
import { exitCodes } from './exit-codes.js';
import type { Finding } from './finding.js';
import { show } from './output.js';

const lowDiskBytes = 1024 ** 3;
const clockWarnMs = 5_000;

/** `gantry doctor`: ends with exit code 1 when something fails. */
export async function doctor(flags: { data?: string; json?: boolean }): Promise<void> {
  const findings = await examine(dataFolderOf(flags.data, process.env));
  if (findings.some(({ verdict }) => verdict === 'FAIL')) process.exitCode = exitCodes.failure;
  show(flags.json, { findings }, findingsText(findings));
}

/** Everything the agent needs, looked at now, in the order in which one thing needs the other. */
export async function examine(root: string): Promise<Finding[]> {
  const config = await loadConfig({ dataFolder: root, environment: process.env });
  const stored = await readEnrolment(dataFolder(root).enrolment);
  const enrolment = stored.kind === 'value' ? stored.value : null;
  const registryUrl = config.registryUrl ?? enrolment?.registryUrl ?? null;
  const mqttUrl = enrolment && registryUrl && brokerUrl(config, { ...enrolment, registryUrl });
  const nothing = Promise.resolve(null);
  const network = networkFinding(chooseInterfaces(networkInterfaces(), [], undefined).use);
  const [gateway, multicast, ffmpeg, folder, dns, registry, mqtt] = await Promise.all([
    checkGateway(),
    checkMulticast(),
    checkRecording(),
    checkFolder(root),
    registryUrl === null ? nothing : checkDns(config.proxy ?? registryUrl),
    checkRegistry(exchangeThrough(config.proxy), registryUrl),
    mqttUrl === null ? nothing : reachBroker(mqttUrl, config.proxy),
  ]);
  const isRegistryThere = registry.every(({ verdict }) => verdict !== 'FAIL');
  const broker = mqtt === null ? [] : [brokerFinding(mqtt, { isRegistryThere, transport: config.transport })];
  const given = (finding: Finding | null) => (finding === null ? [] : [finding]);
  return [network, ...given(gateway), ...given(dns), ...registry, ...broker, multicast, ffmpeg, folder];
}

/** One line per finding, its remedy below it. Pure. */
export function findingsText(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ what, verdict, detail, fix }) => [
    `${verdict.padEnd(4)} ${what.padEnd(10)} ${detail}`,
    ...(fix === null ? [] : [`     fix: ${fix}`]),
  ]);
  const count = (wanted: Finding['verdict'], word: string) => {
    const number = findings.filter(({ verdict }) => verdict === wanted).length;
    return `${number} ${word}${number === 1 ? '' : 's'}`;
  };
  return `${[...lines, `${count('FAIL', 'problem')}, ${count('warn', 'warning')}`].join('\n')}\n`;
}

/** The local networks. An address of 169.254 a computer gives itself where nobody hands any out (RFC 3927). Pure. */
export function networkFinding(use: readonly ProbeInterface[]): Finding {
  const what = 'network';
  if (use.length === 0) {
    const fix = 'plug in the network cable, or name the range of the cameras with --scan';
    return { what, verdict: 'warn', detail: 'this computer stands in no local network', fix };
  }
  const detail = use.map(({ name, address, cidr }) => `${name} ${address}/${cidr.split('/')[1]}`).join(', ');
  const given = use.filter(({ address }) => !address.startsWith('169.254.'));
  if (given.length > 0) return { what, verdict: 'ok', detail, fix: null };
  const fix =
    'no DHCP server answers: is the cable in a port of the right network (VLAN)? Else set an address';
  return { what, verdict: 'warn', detail: `${detail}: this computer gave itself the address`, fix };
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
    if (code === 'ENOENT')
      return {
        what: 'folder',
        verdict: 'warn',
        detail: `${root} is not there yet`,
        fix: 'it is made by the first: gantry up (or name another one with --data)',
      };
    const fix = 'make it readable and writable for this user, or run this with sudo';
    return { what: 'folder', verdict: 'FAIL', detail: `${root}: ${code}`, fix };
  }
}

/** The registry, and this box's clock beside the registry's. */
async function checkRegistry(exchange: Exchange, url: string | null): Promise<Finding[]> {
  if (url === null) {
    const fix = 'gantry up --registry URL, or --join file:PATH with a join token of the registry';
    return [{ what: 'registry', verdict: 'FAIL', detail: 'this box is not enrolled', fix }];
  }
  try {
    const sentAtMs = performance.now();
    const { dateMs } = await exchange({ method: 'HEAD', url: `${url}/`, timeoutMs: 5_000 });
    const tookMs = Math.round(performance.now() - sentAtMs);
    const registry: Finding = {
      what: 'registry',
      verdict: 'ok',
      detail: `${url} answers in ${tookMs} ms`,
      fix: null,
    };
    // The header counts whole seconds: its middle is the best guess.
    return dateMs === null ? [registry] : [registry, clockFinding(dateMs + 500 - Date.now())];
  } catch (error) {
    const fix = 'check the network, and that outgoing connections to this address are allowed';
    return [{ what: 'registry', verdict: 'FAIL', detail: (error as Error).message, fix }];
  }
}

/** `aheadMs`: registry's clock minus this box's, right to a second. Pure. */
export function clockFinding(aheadMs: number): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  const detail =
    seconds <= 1
      ? 'agrees with the registry'
      : `${seconds} s ${aheadMs > 0 ? 'behind' : 'ahead of'} the registry`;
  if (Math.abs(aheadMs) < clockWarnMs) return { what: 'clock', verdict: 'ok', detail, fix: null };
  const fix = 'switch NTP on (timedatectl set-ntp true): cameras refuse logins of a wrong clock';
  return { what: 'clock', verdict: 'warn', detail, fix };
}
