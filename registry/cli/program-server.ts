import type { Command } from 'commander';
import { version } from '../version.js';
import { data, json, withExamples } from './flags.js';
import { show } from './output.js';

const config = ['--config <file>', 'JSON file with the keys of registry/README.md'] as const;

/** Commands on the machine the registry runs on. */
export function addServer(program: Command, outcome: { code: number }): void {
  const serve = program
    .command('serve')
    .description('run the registry here, in the foreground')
    .option(...config)
    .option(...data)
    .option('--host <address>', 'address to listen on (GANTRY_HOST, default 127.0.0.1; 0.0.0.0 for all)')
    .option('--port <number>', 'HTTP port (GANTRY_PORT, default 7070; 0 picks one)')
    .option('--mqtt-port <number>', 'MQTT port (GANTRY_MQTT_PORT, default 1883; 0 picks one)')
    .option(...json)
    .action(async (flags) => (await import('./serve.js')).serve(flags));
  withExamples(
    serve,
    'gantry-registry serve',
    'gantry-registry serve --host 0.0.0.0 --data /srv/gantry',
    'gantry-registry serve --config /etc/gantry/registry.json',
  );
  const doctor = onFolder(
    program,
    'doctor',
    'database, migrations, clock, storage, mail and public URL',
  ).action(async (flags) => {
    outcome.code = await (await import('./doctor.js')).doctor(flags);
  });
  withExamples(
    doctor,
    'gantry-registry doctor',
    'gantry-registry doctor --data /srv/gantry',
    'gantry-registry doctor --json',
  );
  const migrate = onFolder(program, 'migrate', 'bring the database to this version; serve does it, too')
    .option('--dry-run', 'only tell what is missing')
    .action(async (flags) => (await import('./upkeep.js')).migrate(flags));
  withExamples(
    migrate,
    'gantry-registry migrate --dry-run',
    'gantry-registry migrate',
    'gantry-registry migrate --data /srv/gantry --json',
  );
  const backup = onFolder(program, 'backup', 'write everything but footage to a file; the registry may run')
    .argument('<file>')
    .action(async (file, flags) => (await import('./backup.js')).backup(file, flags));
  withExamples(
    backup,
    'gantry-registry backup gantry.backup.gz',
    'gantry-registry backup --data /srv/gantry "/backup/$(date +%F).gz"',
    'gantry-registry backup --json gantry.backup.gz',
  );
  const restore = onFolder(program, 'restore', 'fill an empty data folder or database from a backup')
    .argument('<file>')
    .action(async (file, flags) => (await import('./backup.js')).restore(file, flags));
  withExamples(
    restore,
    'gantry-registry restore --data /srv/new gantry.backup.gz',
    'DATABASE_URL=postgresql://gantry@db/gantry gantry-registry restore gantry.backup.gz',
    'gantry-registry restore --json gantry.backup.gz',
  );
  const reset = onFolder(program, 'reset-password', 'give somebody a new password whom no letter reaches')
    .argument('<email>')
    .option('--second-factor', 'take the second factors away, too')
    .action(async (email, flags) => (await import('./upkeep.js')).resetPassword(email, flags));
  withExamples(
    reset,
    'gantry-registry reset-password admin@gantry.example',
    'gantry-registry reset-password --second-factor ana@north.example',
    'gantry-registry reset-password --data /srv/gantry --json ana@north.example',
  );
  const storage = program.command('storage').description('the stored footage itself');
  const verify = onFolder(storage, 'verify', 'compare rows, objects and hashes; exit code 1 when they differ')
    .option('--repair', 'remove what no row names, and mark rows whose bytes are gone or other')
    .option('--quick', 'compare sizes only, not every byte')
    .action(async (flags) => (await import('./storage.js')).verifyStorageOf(flags));
  withExamples(
    verify,
    'gantry-registry storage verify',
    'gantry-registry storage verify --quick --json',
    'gantry-registry storage verify --repair --data /srv/gantry',
  );
  const openapi = program
    .command('openapi')
    .description('print the OpenAPI 3.1 document of the HTTP API')
    .option('--out <file>', 'write it there instead')
    .action(async (flags) => (await import('./openapi.js')).writeOpenApi(flags));
  withExamples(
    openapi,
    'gantry-registry openapi',
    'gantry-registry openapi --out openapi.json',
    'gantry-registry openapi | npx openapi-typescript -o gantry.d.ts',
  );
  const shown = program
    .command('version')
    .description('print the version')
    .option(...json)
    .action((flags: { json?: true }) => show(flags.json, { version }, version));
  withExamples(shown, 'gantry-registry version', 'gantry-registry version --json', 'gantry-registry --help');
}

/** A command on the data folder, beside a registry or without one. */
const onFolder = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .option(...config)
    .option(...data)
    .option(...json);
