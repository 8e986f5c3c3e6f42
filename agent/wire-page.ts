import { randomBytes, randomInt } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { hostname, networkInterfaces } from 'node:os';
import { decodeJoinToken, type JoinToken } from '@gantry/protocol/enrol.js';
import type { Clock } from './clock.js';
import type { Closing } from './closing.js';
import type { DataFolder } from './data-folder.js';
import { chooseInterfaces } from './discovery/interfaces.js';
import type { Exchange } from './http.js';
import type { Previews } from './live/previews.js';
import type { Log } from './log.js';
import type { LogTail } from './log-tail.js';
import type { Progress } from './progress.js';
import { qrDataUrl } from './qr.js';
import { startLocalApi } from './setup/local-api.js';
import type { LocalActions, SiteActions } from './setup/local-requests.js';
import { networkLines, type NetworkFacts } from './setup/network-check.js';
import { loadPageFiles } from './setup/page-files.js';
import { createPinGate, readOrMakePin } from './setup/pin.js';
import type { PageView } from './setup/shapes.js';
import { startSitePage } from './setup/site-page.js';

/** What the page gains once the box is enrolled. */
export interface EnrolledBox {
  local: LocalActions;
  previews: Previews;
  picture: SiteActions['picture'];
}

/** The on-site page over the agent's whole life: it is there before the box is enrolled. */
export interface Page {
  actions: SiteActions;
  /** Remembers what the page shows of the start; everything it shows may have changed. */
  observe(progress: Progress): void;
  changed(): void;
  /** Where it is served; null: nowhere. */
  url(): string | null;
  searching(isSearching: boolean): void;
  enrolled(box: EnrolledBox): void;
  /** The next join token that somebody pastes; null where nobody can, because no page is served. */
  pasted: ((signal: AbortSignal) => Promise<JoinToken>) | null;
}

export async function wirePage(o: {
  folder: DataFolder;
  /** 0: no page. */
  port: number;
  registryUrl: string | undefined;
  exchange: Exchange;
  /** The site's proxy looks the registry's name up; this box need not know it. */
  proxy: string | undefined;
  /** What the box calls itself. */
  hostname: string;
  agentVersion: string;
  onProgress: (progress: Progress) => void;
  closing: Closing;
  clock: Clock;
  log: Log;
  logTail: LogTail;
}): Promise<Page> {
  const shown: Omit<PageView, 'v' | 'hostname' | 'agentVersion' | 'status'> = {
    claim: null,
    claimQr: null,
    joinProblem: null,
    isJoining: false,
    isSearching: true,
  };
  let registryUrl = o.registryUrl ?? null;
  let box: EnrolledBox | null = null;
  let take: ((token: JoinToken) => void) | null = null;
  let page: ServedPage | null = null;

  const actions: SiteActions = {
    view: () => ({
      v: 1,
      hostname: o.hostname,
      agentVersion: o.agentVersion,
      status: box?.local.status() ?? null,
      ...shown,
    }),
    network: async () => networkLines(await networkFacts(o, registryUrl, box?.local.status() ?? null)),
    join(text) {
      const token = readToken(text);
      if (box || !take) throw new RangeError('This box is connected already, or is just connecting.');
      shown.isJoining = true;
      shown.joinProblem = null;
      take(token);
      page?.changed();
    },
    picture: async (localId, signal) =>
      box ? box.picture(localId, signal) : { ok: false, detail: 'This box is not connected yet.' },
    logs: (after) => o.logTail.after(after),
    local: () => box?.local ?? null,
  };
  // From here on the command line can ask how far the box is, also before it is enrolled.
  const localApi = await startLocalApi({ socketPath: o.folder.socket, log: o.log, actions });
  o.closing.add('local API', () => localApi.close());
  if (o.port !== 0) page = await serve(o, actions, () => box?.previews ?? null);
  return {
    actions,
    observe(progress) {
      if (progress.step === 'enrolling') {
        registryUrl = progress.registryUrl;
        shown.joinProblem = progress.problem;
        shown.isJoining = false;
      }
      if (progress.step === 'needs_approval') {
        const { code, url, words, expiresAtMs } = progress;
        shown.claim = { code, url, words, expiresAtMs };
        shown.claimQr = qrDataUrl(url);
      }
      if (progress.step === 'enrolled') {
        registryUrl = progress.registryUrl;
        Object.assign(shown, { claim: null, claimQr: null, joinProblem: null, isJoining: false });
      }
      page?.changed();
    },
    changed: () => page?.changed(),
    url: () => page?.url ?? null,
    searching(isSearching) {
      shown.isSearching = isSearching;
      page?.changed();
    },
    enrolled(now) {
      box = now;
      page?.changed();
    },
    pasted:
      page === null
        ? null
        : (signal) =>
            new Promise((resolve, reject) => {
              const give = () => reject(signal.reason as Error);
              take = (token) => {
                take = null;
                signal.removeEventListener('abort', give);
                resolve(token);
              };
              if (signal.aborted) give();
              else signal.addEventListener('abort', give, { once: true });
            }),
  };
}

interface ServedPage {
  url: string;
  changed(): void;
}

/** Serves the page and tells where; a port that is taken costs the page, never the recording. */
async function serve(
  o: Parameters<typeof wirePage>[0],
  actions: SiteActions,
  previews: () => Previews | null,
): Promise<ServedPage | null> {
  const addresses = () =>
    Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  try {
    const pin = await readOrMakePin(o.folder.pin, randomInt);
    const page = await startSitePage({
      port: o.port,
      gate: createPinGate({ pin, clock: o.clock, newToken: () => randomBytes(24).toString('base64url') }),
      actions,
      files: await loadPageFiles(),
      ownNames: () => [...addresses(), hostname(), 'localhost'],
      preview(localId, request, socket, head) {
        const now = previews();
        if (now) now.accept(localId, request, socket, head);
        else socket.destroy();
      },
      clock: o.clock,
      log: o.log,
    });
    o.closing.add('on-site page', () => page.close());
    const host = siteInterfaces()[0]?.address ?? 'localhost';
    const url = `http://${host}:${page.port}/`;
    o.onProgress({ step: 'page', url, pin });
    return { url, changed: () => page.changed() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? `port ${o.port} is used by another program` : message;
    o.log.warn({ why }, 'the on-site page is not served; set localPort to another port, or to 0');
    return null;
  }
}

const siteInterfaces = () => chooseInterfaces(networkInterfaces(), [], undefined).use;

function readToken(text: string): JoinToken {
  const token = decodeJoinToken(text);
  if (token) return token;
  throw new RangeError(
    'This is no join token: it begins with gantry1_ and is one long word. Copy all of it.',
  );
}

async function networkFacts(
  { exchange, proxy }: Pick<Parameters<typeof wirePage>[0], 'exchange' | 'proxy'>,
  registryUrl: string | null,
  status: PageView['status'],
): Promise<NetworkFacts> {
  const addresses = siteInterfaces().map(({ address, cidr }) => `${address}/${cidr.split('/')[1]}`);
  const facts: NetworkFacts = {
    addresses,
    registryUrl,
    nameResolves: null,
    registry: null,
    uplink: status?.uplink ?? null,
    ffmpegProblem: status?.ffmpegProblem ?? null,
  };
  if (registryUrl === null) return facts;
  if (proxy === undefined)
    facts.nameResolves = await lookup(new URL(registryUrl).hostname).then(
      () => true,
      () => false,
    );
  if (facts.nameResolves === false) return facts;
  const sentAtMs = performance.now();
  facts.registry = await exchange({ method: 'HEAD', url: `${registryUrl}/`, timeoutMs: 5_000 }).then(
    ({ dateMs }) => ({
      answers: true as const,
      tookMs: Math.round(performance.now() - sentAtMs),
      aheadMs: dateMs === null ? null : dateMs + 500 - Date.now(),
    }),
    (error: unknown) => ({ answers: false as const, why: (error as Error).message }),
  );
  return facts;
}
