import type { Command } from 'commander';
import { asClient, json, withExamples } from './flags.js';

/** Who one is, and what commands are about. */
export function addAccount(program: Command): void {
  const login = program
    .command('login')
    .description('sign in to a registry for the commands below')
    .argument('<url>')
    .option('--email <address>')
    .option('--password <source>', 'file:PATH or - (standard input)')
    .option('--code <digits>', 'of the authenticator app, for accounts with one; asked for on a terminal')
    .option(...json)
    .action(async (address, flags) => (await import('./login.js')).login(address, flags));
  withExamples(
    login,
    'gantry-registry login https://cams.example.com --email ana@north.example --password file:pw.txt',
    'gantry-registry login http://127.0.0.1:7070 --email ana@north.example --password - < pw.txt',
    'gantry-registry login https://cams.example.com --email ana@north.example --password file:pw.txt --code 123456',
  );
  const logout = program
    .command('logout')
    .description('revoke the key that login made, and forget it')
    .option(...json)
    .action(async (flags) => (await import('./account.js')).logout(flags));
  withExamples(
    logout,
    'gantry-registry logout',
    'gantry-registry logout --json',
    'gantry-registry logout && rm pw.txt',
  );
  const whoami = asClient(
    program.command('whoami').description('who you are here, and of which tenant'),
  ).action(async (flags) => (await import('./account.js')).whoAmI(flags));
  withExamples(
    whoami,
    'gantry-registry whoami',
    'gantry-registry whoami --json',
    'gantry-registry whoami --url https://cams.example.com --api-key file:key.txt',
  );
  const scope = asClient(
    program.command('scope').description('show or set the tenant that commands are about'),
  )
    .argument('[id-or-name]')
    .option('--none', 'everything you can see again')
    .action(async (which, flags) => (await import('./account.js')).scope(which, flags));
  withExamples(
    scope,
    'gantry-registry scope',
    'gantry-registry scope "North Security"',
    'gantry-registry scope --none',
  );

  const events = program.command('events').description('what happens, as it happens');
  const tail = asClient(events.command('tail').description('print events until interrupted'))
    .option('--type <types...>', "such as 'camera.*' or operation.finished", undefined)
    .option('--org <id-or-name>', 'only of this tenant and below')
    .option('--since <duration>', 'begin that long ago, at most 24h')
    .option('--count <number>', 'end after so many')
    .action(async (flags) => (await import('./events.js')).tailEvents(flags));
  withExamples(
    tail,
    "gantry-registry events tail --type 'camera.*'",
    'gantry-registry events tail --since 1h --json',
    'gantry-registry events tail --org Bakery --count 1',
  );

  const op = program.command('op').description('work that outlives its request');
  const list = asClient(op.command('list').description('operations, newest first'))
    .option('--state <state>', 'queued, running, done, failed or cancelled')
    .action(async (flags) => (await import('./operations.js')).listOperations(flags));
  withExamples(
    list,
    'gantry-registry op list',
    'gantry-registry op list --state running',
    'gantry-registry op list --json',
  );
  const show = asClient(op.command('show').description('how far one is'))
    .argument('<id>')
    .action(async (id, flags) => (await import('./operations.js')).showOperation(id, flags));
  withExamples(
    show,
    'gantry-registry op show op_01JD8YAB2C3D4E5F6G7H8J9KMN',
    'gantry-registry op show op_01JD8YAB2C3D4E5F6G7H8J9KMN --json',
    'watch gantry-registry op show op_01JD8YAB2C3D4E5F6G7H8J9KMN',
  );
  const cancel = asClient(op.command('cancel').description('stop one; what is done stays done'))
    .argument('<id>')
    .action(async (id, flags) => (await import('./operations.js')).cancelOperation(id, flags));
  withExamples(
    cancel,
    'gantry-registry op cancel op_01JD8YAB2C3D4E5F6G7H8J9KMN',
    'gantry-registry op cancel op_01JD8YAB2C3D4E5F6G7H8J9KMN --json',
    'gantry-registry op list --state running --json',
  );
  const retry = asClient(op.command('retry').description('try again what failed, as one of its own'))
    .argument('<id>')
    .action(async (id, flags) => (await import('./operations.js')).retryOperation(id, flags));
  withExamples(
    retry,
    'gantry-registry op retry op_01JD8YAB2C3D4E5F6G7H8J9KMN',
    'gantry-registry op retry op_01JD8YAB2C3D4E5F6G7H8J9KMN --json',
    'gantry-registry op show op_01JD8YAB2C3D4E5F6G7H8J9KMN',
  );
}
