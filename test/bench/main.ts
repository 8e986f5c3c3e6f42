import { startEmbeddedPostgres } from '@gantry/registry/db/embedded-postgres.js';
import { migrateDatabase } from '@gantry/registry/db/migrate.js';
import { createLog } from '@gantry/registry/log.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benches } from './benches.js';
import { jsonOf, tableOf } from './report.js';
import { runBench } from './run.js';
import { descendantsOf } from './usage.js';

const usage = `node test/dist/bench/main.js [NAME…] [--smoke] [--json]

${benches.map((bench) => `  ${bench.name.padEnd(20)}  ${bench.what}`).join('\n')}

--smoke  every bench at a size of seconds, once: does it still work?
--json   one line of JSON per comparison instead of tables
`;

process.exitCode = await main(process.argv.slice(2));

/** Exit code 0 also when a budget was missed: a bench reports, it does not judge. 2: wrong arguments. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name));
  if (values.help || unknown.length > 0) {
    if (unknown.length > 0) process.stderr.write(`There is no bench called ${unknown.join(', ')}.\n\n`);
    process.stderr.write(usage);
    return unknown.length > 0 ? 2 : 0;
  }
  const chosen = benches.filter((bench) => positionals.length === 0 || positionals.includes(bench.name));
  const folder = await mkdtemp(join(tmpdir(), 'gantry-bench-postgres-'));
  const log = createLog('warn');
  // The settings a registry runs with: fsync is on, or commits would be measured that nobody gets.
  const postgres = await startEmbeddedPostgres({ folder, log });
  const takeDown = async (): Promise<void> => {
    await postgres.close();
    await rm(folder, { recursive: true, force: true });
  };
  // Postgres is in a process group of its own and would outlive Ctrl-C, and so would what a bench started.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void giveUp(takeDown).finally(() => process.exit(130)));
  }
  try {
    await migrateDatabase(postgres.url, log);
    const place = { serverUrl: postgres.url.replace('/gantry?', '/postgres?'), template: 'gantry' };
    for (const bench of chosen) {
      for await (const comparison of runBench(bench, { smoke: values.smoke, postgres: place })) {
        process.stdout.write(`${values.json ? jsonOf(comparison) : `${tableOf(comparison)}\n`}\n`);
      }
    }
    const [processor] = cpus();
    const load = loadavg()[0] as number;
    process.stderr.write(
      `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${processor?.model}, load ${load.toFixed(1)}\n`,
    );
    return 0;
  } finally {
    await takeDown();
  }
}

async function giveUp(takeDown: () => Promise<void>): Promise<void> {
  await takeDown();
  for (const pid of await descendantsOf(process.pid)) process.kill(pid, 'SIGTERM');
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      smoke: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
}
