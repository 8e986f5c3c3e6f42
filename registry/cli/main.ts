#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { version } from '../version.js';
import { exitCodeOf, exitCodes, isExpected } from './exit-code.js';

const json = ['--json', 'machine-readable output, version 1'] as const;
const url = ['--url <url>', 'registry to talk to (GANTRY_URL, default: where you signed in)'] as const;
const apiKey = ['--api-key <source>', 'API key as file:PATH or - (GANTRY_API_KEY)'] as const;

/** Each command loads its code when it is called: `version` stays fast. */
function buildProgram(): Command {
  const program = new Command('gantry-registry')
    .description("Gantry's registry: binds cameras to customers and decides what is recorded")
    .addHelpText(
      'after',
      `
Examples:
  gantry-registry serve --data ./data
  gantry-registry login http://127.0.0.1:7070 --email ana@north.example --password file:pw.txt
  gantry-registry customer disable Bakery --reason "contract ended"

Exit codes: 0 ok, 1 failure, 2 usage, 4 unreachable, 5 denied`,
    )
    .exitOverride();

  program
    .command('serve')
    .description('run the registry here, in the foreground')
    .option('--config <file>', 'JSON file with the keys of registry/README.md')
    .option('--data <folder>', 'data folder (GANTRY_DATA, default ~/.gantry/registry)')
    .option('--host <address>', 'address to listen on (GANTRY_HOST, default 127.0.0.1; 0.0.0.0 for all)')
    .option('--port <number>', 'HTTP port (GANTRY_PORT, default 7070; 0 picks one)')
    .option('--mqtt-port <number>', 'MQTT port (GANTRY_MQTT_PORT, default 1883; 0 picks one)')
    .option(...json)
    .action(async (flags) => (await import('./serve.js')).serve(flags));
  program
    .command('openapi')
    .description('print the OpenAPI 3.1 document of the HTTP API')
    .option('--out <file>', 'write it there instead')
    .action(async (flags) => (await import('./openapi.js')).writeOpenApi(flags));
  program
    .command('login')
    .description('sign in to a registry for the commands below')
    .argument('<url>')
    .option('--email <address>')
    .option('--password <source>', 'file:PATH or - (standard input)')
    .option(...json)
    .action(async (address, flags) => (await import('./login.js')).login(address, flags));

  const customer = program.command('customer').description('the customers you can see');
  customer
    .command('disable')
    .description('stop all its recording and lock its people out')
    .argument('<id-or-name>')
    .option('--reason <text>', 'kept in the history')
    .option('--yes', 'do not ask')
    .option(...url)
    .option(...apiKey)
    .option(...json)
    .action(async (which, flags) => (await import('./customer.js')).disableCustomer(which, flags));
  customer
    .command('enable')
    .description('let everything record again')
    .argument('<id-or-name>')
    .option('--cameras <which>', 'all, or previous: those that had been off stay off', 'all')
    .option(...url)
    .option(...apiKey)
    .option(...json)
    .action(async (which, flags) => (await import('./customer.js')).enableCustomer(which, flags));

  const camera = program.command('camera').description('the cameras you can see');
  camera
    .command('list')
    .description('all of them, with what is wanted and what is so')
    .option('--unbound', 'only those that wait for a customer')
    .option('--customer <id>', 'only those of a customer and below')
    .option('--text <part>', 'part of the name, maker, model or address')
    .option(...url)
    .option(...apiKey)
    .option(...json)
    .action(async (flags) => (await import('./camera.js')).listCameras(flags));
  program
    .command('evidence')
    .description('footage with the chain its agent signed')
    .command('export')
    .description('write an evidence file, to be checked with: gantry verify FILE')
    .argument('<camera-id>')
    .requiredOption('--from <time>', 'RFC 3339, such as 2026-11-22T10:00:00Z')
    .requiredOption('--to <time>', 'at most three hours later')
    .requiredOption('--out <file>', 'where to')
    .option(...url)
    .option(...apiKey)
    .option(...json)
    .action(async (id, flags) => (await import('./evidence.js')).exportEvidence(id, flags));
  program
    .command('version')
    .description('print the version')
    .action(() => void process.stdout.write(`${version}\n`));
  return program;
}

async function run(): Promise<number> {
  try {
    await buildProgram().parseAsync();
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const shown = isExpected(error)
      ? (error as Error).message
      : error instanceof Error
        ? error.stack
        : String(error);
    process.stderr.write(`${shown}\n`);
    return exitCodeOf(error);
  }
}

// A failed start must end even when a part that did start cannot be closed.
process.exit(await run());
