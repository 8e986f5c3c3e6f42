import type { Command } from 'commander';
import { asClient, withExamples } from './flags.js';

/** What was done, what may not be deleted, and who may watch for support. */
export function addRecords(program: Command, outcome: { code: number }): void {
  addHistoryActs(program.command('history').description('who did what to whom'), outcome);
  addHoldActs(program.command('hold').description('legal holds: recordings that may not be deleted'));
  addSupportActs(program.command('support').description("who may watch a customer's video for support"));
}

function addHistoryActs(group: Command, outcome: { code: number }): void {
  const act = 'gantry-registry history';
  const period = (command: Command): Command =>
    asClient(command)
      .option('--tenant <id-or-name>', 'of this tenant and below; default: the scope')
      .option('--target <id>', 'about this tenant, camera, agent, user, …')
      .option('--actor <id>', 'by this user, API key or agent')
      .option('--operation <name>', 'such as tenant.disabled')
      .option('--hours <number>', 'only the last hours')
      .option('--from <time>', 'RFC 3339, such as 2026-11-22T10:00:00Z')
      .option('--to <time>', 'before this instant');
  const list = period(group.command('list').description('newest first'))
    .option('--count <number>', 'at most so many', '50')
    .action(async (flags) => (await import('./history.js')).listHistory(flags));
  withExamples(
    list,
    `${act} list`,
    `${act} list --tenant Bakery --hours 24`,
    `${act} list --operation tenant.disabled --count 1000 --json`,
  );
  const write = period(group.command('export').description('write it as CSV'))
    .requiredOption('--out <file>', 'where to')
    .action(async (flags) => (await import('./history.js')).exportHistory(flags));
  withExamples(
    write,
    `${act} export --out history.csv`,
    `${act} export --tenant Bakery --from 2026-11-01T00:00:00Z --out bakery.csv`,
    `${act} export --hours 24 --out today.csv --json`,
  );
  const verify = asClient(
    group.command('verify').description('whether it is as it was written; exit code 1 when it is not'),
  )
    .argument('<tenant>', 'id or name')
    .action(async (which, flags) => {
      outcome.code = await (await import('./history.js')).verifyHistory(which, flags);
    });
  withExamples(
    verify,
    `${act} verify Bakery`,
    `${act} verify Bakery --json`,
    `${act} verify ten_01JD8YAB2C3D4E5F6G7H8J9KMN`,
  );
}

function addHoldActs(group: Command): void {
  const act = 'gantry-registry hold';
  const list = asClient(group.command('list').description('those in force'))
    .option('--customer <id-or-name>', 'only of this one; default: the scope')
    .action(async (flags) => (await import('./rights.js')).listHolds(flags));
  withExamples(list, `${act} list`, `${act} list --customer Bakery`, `${act} list --json`);
  const create = asClient(group.command('create').description('keep what was recorded in a time'))
    .argument('<customer>', 'id or name')
    .requiredOption('--from <time>', 'RFC 3339, such as 2026-11-22T10:00:00Z')
    .requiredOption('--to <time>', 'RFC 3339')
    .requiredOption('--reason <text>', 'kept with it')
    .option('--camera <id-or-name>', 'only this camera')
    .action(async (customer, flags) => (await import('./rights.js')).createHold(customer, flags));
  const time = '--from 2026-11-22T10:00:00Z --to 2026-11-22T12:00:00Z';
  withExamples(
    create,
    `${act} create Bakery ${time} --reason "theft on the 22nd"`,
    `${act} create Bakery ${time} --reason "case 4711" --camera "Dock door"`,
    `${act} create Bakery ${time} --reason "case 4711" --json`,
  );
  const release = asClient(group.command('release').description('let it go'))
    .argument('<id>')
    .action(async (id, flags) => (await import('./rights.js')).releaseHold(id, flags));
  withExamples(
    release,
    `${act} release hld_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} release hld_01JD8YAB2C3D4E5F6G7H8J9KMN --json`,
    `${act} list`,
  );
}

function addSupportActs(group: Command): void {
  const act = 'gantry-registry support';
  const list = asClient(group.command('list').description('newest first'))
    .option('--tenant <id-or-name>', 'only of this one and below; default: the scope')
    .action(async (flags) => (await import('./rights.js')).listGrants(flags));
  withExamples(list, `${act} list`, `${act} list --tenant Bakery`, `${act} list --json`);
  const revoke = asClient(group.command('revoke').description('end it with the next request'))
    .argument('<id>')
    .action(async (id, flags) => (await import('./rights.js')).revokeGrant(id, flags));
  withExamples(
    revoke,
    `${act} revoke sgr_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} revoke sgr_01JD8YAB2C3D4E5F6G7H8J9KMN --json`,
    `${act} list`,
  );
}
