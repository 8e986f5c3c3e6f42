import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { programs } from '../../support/built.js';
import { startVirtualSite } from '../../support/cameras/site.js';
import { freePort } from '../../support/free-port.js';
import { startProgram, type Program } from '../../support/program.js';
import { until } from '../../support/until.js';
import { launchBrowser } from './browser.js';
import { startFilledRegistry, type FilledRegistry } from './filled.js';

/**
 * `node test/dist/registry/portal/lighthouse.js FOLDER [RUNS] [PART-OF-A-NAME]`: what Lighthouse says of the pages of
 * box and registry, as a table: the median of RUNS. FOLDER is where `npm install lighthouse` was run: it is no part of
 * the project, because its figures depend on how busy the machine is.
 */
const [folder, runs = '3', only = ''] = process.argv.slice(2);

const categories = ['performance', 'accessibility', 'best-practices'] as const;
const asked = { performance: 95, accessibility: 100, 'best-practices': 100 };

interface Audit {
  id: string;
  title: string;
  score: number | null;
  details?: { items?: { node?: { selector: string } }[] };
}
interface Report {
  runtimeError?: { message: string };
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, Audit>;
}
/** As much of the package as is used here. */
interface Lighthouse {
  default(url: string, flags: object, config?: object): Promise<{ lhr: Report } | undefined>;
  desktopConfig: object;
}

interface Target {
  name: string;
  url: string;
  cookie: string | null;
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function load(from: string): Promise<Lighthouse> {
  const found = createRequire(join(resolve(from), 'package.json')).resolve('lighthouse');
  return (await import(pathToFileURL(found).href)) as Lighthouse;
}

/** A box of its own beside the registry: waiting at first, then let in, with four cameras. */
async function startBox(registry: FilledRegistry) {
  const home = await mkdtemp(join(tmpdir(), 'gantry-lighthouse-'));
  const password = 'of-all-cameras-here';
  const site = await startVirtualSite({
    cameras: 4,
    network: '127.46.1',
    each: { password, discovery: { interfaces: ['127.0.0.1'] } },
  });
  await writeFile(join(home, 'login'), `${site.cameras[0]?.username}:${password}\n`, { mode: 0o600 });
  const port = await freePort();
  const flags = ['--json', '--data', join(home, 'data'), '--scan', '127.46.1.0/28'];
  const login = ['--login', `file:${join(home, 'login')}`];
  const gantry = startProgram({
    command: [programs.agent, 'up', ...flags, ...login, '--registry', registry.url],
    env: { GANTRY_LOCAL_PORT: String(port), GANTRY_HEARTBEAT_MS: '500' },
  });
  const { pin } = await step<{ pin: string }>(gantry, 'page');
  const { code } = await step<{ code: string }>(gantry, 'needs_approval');
  const url = `http://127.0.0.1:${port}/`;
  const entered = await fetch(`${url}v1/session`, { method: 'POST', body: JSON.stringify({ pin }) });
  return {
    url,
    code,
    cookie: (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
    async letIn(): Promise<string> {
      const { api, integratorId } = { ...registry.world.ana, ...registry.world };
      const { id } = await api.post<{ id: string }>(`/claims/${code}:approve`, {
        integratorId,
        name: 'Attic',
      });
      const ofBox = `/cameras/count?agent=${id}&exact=true`;
      await until(async () => (await api.get<{ count: number }>(ofBox)).count === 4, {
        timeoutMs: 120_000,
        what: 'four cameras of the box',
      });
      return id;
    },
    async close() {
      await gantry.end();
      await site.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function step<Said>(gantry: Program, name: string): Promise<Said> {
  const [line] = await gantry.waitFor(new RegExp(`^.*"${name}".*$`), 60_000);
  return JSON.parse(line) as Said;
}

/** Portal pages that stand for the others: home, the longest list, and what draws most. */
async function targetsOf({ url, world }: FilledRegistry): Promise<Target[]> {
  const { api } = world.ana;
  const cookie = api.headers['cookie'] ?? '';
  const person = { tenantId: world.integratorId, name: 'Lea', email: 'lea@north.example' };
  const { link } = await api.post<{ link: string }>('/users', { ...person, activation: 'display_link' });
  const shared = { cameraId: world.butcherCameraId, name: 'Neighbour' };
  const { url: share } = await api.post<{ url: string }>('/share-links', shared);
  const scope = `${url}/o/${world.integratorId}`;
  return [
    ...[
      ['sign-in', `${url}/login`],
      ['forgotten password', `${url}/forgotten`],
      ['link of a letter', link],
      ['shared live view', share],
    ].map(([name, to]) => ({ name: name as string, url: to as string, cookie: null })),
    ...[
      ['portal: home', scope],
      ['portal: cameras', `${scope}/cameras`],
      ['portal: camera', `${scope}/cameras/${world.butcherCameraId}`],
      ['portal: customer', `${url}/o/${world.butcherId}/account`],
    ].map(([name, to]) => ({ name: name as string, url: to as string, cookie })),
  ];
}

async function measure(lighthouse: Lighthouse, port: number, { name, url, cookie }: Target): Promise<void> {
  const cells = [];
  const found = new Set<string>();
  for (const config of [undefined, lighthouse.desktopConfig]) {
    const scores: number[][] = [];
    for (let run = 0; run < Number(runs); run += 1) {
      const flags = {
        port,
        logLevel: 'silent',
        onlyCategories: categories,
        ...(cookie === null ? {} : { extraHeaders: { Cookie: cookie } }),
      };
      const lhr = (await lighthouse.default(url, flags, config))?.lhr;
      if (lhr === undefined || lhr.runtimeError !== undefined)
        throw new Error(`${name}: ${lhr?.runtimeError?.message ?? 'no report'}`);
      scores.push(categories.map((category) => Math.round((lhr.categories[category]?.score ?? 0) * 100)));
      for (const fault of faultsOf(lhr)) found.add(fault);
    }
    const middle = categories.map((_, index) => median(scores.map((one) => one[index] ?? NaN)));
    const spread = Math.min(...scores.map(([performance]) => performance ?? 0));
    cells.push(`${middle.join(' / ')} (${spread})`);
  }
  say(`| ${name} | ${cells.join(' | ')} |`);
  for (const fault of found) process.stderr.write(`  ${name}: ${fault}\n`);
}

/** What keeps a category below what is asked, with the elements it is about. */
function faultsOf({ categories: scored, audits }: Report): string[] {
  return categories
    .filter((category) => (scored[category]?.score ?? 0) * 100 < asked[category])
    .flatMap((category) => scored[category]?.auditRefs ?? [])
    .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 0.9)
    .map(({ id }) => {
      const { title, details } = audits[id] as Audit;
      const where = (details?.items ?? []).flatMap(({ node }) => (node ? [node.selector] : []));
      return [`${id} (${title})`, ...where.slice(0, 5)].join(' ');
    });
}

if (folder === undefined) {
  process.stderr.write(
    'Say where Lighthouse is: mkdir LH && npm install --prefix LH lighthouse@12.8.2, then\n  node test/dist/registry/portal/lighthouse.js LH\n',
  );
  process.exitCode = 2;
} else {
  const lighthouse = await load(folder);
  const port = await freePort();
  const browser = await launchBrowser([`--remote-debugging-port=${port}`]);
  if (browser === null) throw new Error('There is no Chromium here.');
  const registry = await startFilledRegistry();
  const box = await startBox(registry);
  const look = async (target: Target) => {
    if (target.name.includes(only)) await measure(lighthouse, port, target);
  };
  try {
    const cookie = registry.world.ana.api.headers['cookie'] ?? '';
    say(`median of ${runs} (lowest performance); performance / accessibility / best practices`);
    say('| page | phone | desk |\n| --- | --- | --- |');
    await look({ name: 'box: PIN', url: box.url, cookie: null });
    await look({ name: 'box: connect', url: box.url, cookie: box.cookie });
    await look({ name: 'let a box in', url: `${registry.url}/e/${box.code}`, cookie });
    const agentId = await box.letIn();
    await look({ name: 'box: cameras', url: box.url, cookie: box.cookie });
    await look({ name: 'box through the registry', url: `${registry.url}/setup/${agentId}`, cookie });
    for (const target of await targetsOf(registry)) await look(target);
    say(`load at the end: ${loadavg()[0]?.toFixed(1)}`);
  } finally {
    await box.close();
    await browser.close();
    await registry.close();
  }
}
