import type { Command } from 'commander';
import { asClient, withExamples } from './flags.js';

/** Everything of the API that has no command of its own. */
export function addApi(program: Command): void {
  const call = asClient(
    program.command('api').description('call any operation of the API by its name; without one: list them'),
  )
    .argument('[operation]', 'such as getChecklist')
    .argument('[values...]', 'of path and query, as NAME=VALUE')
    .option('--body <source>', 'file:PATH or - (standard input)')
    .option('--if-match <version>', 'the version you read, where a change asks for it')
    .option('--out <file>', 'where the answer goes')
    .action(async (operation, values, flags) => (await import('./api.js')).callApi(operation, values, flags));
  withExamples(
    call,
    'gantry-registry api',
    'gantry-registry api getChecklist id=ten_01JD8YAB2C3D4E5F6G7H8J9KMN --json',
    'gantry-registry api createShareLink --body file:link.json',
  );
}
