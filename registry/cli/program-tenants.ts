import type { Command } from 'commander';
import { asClient, withExamples, yes } from './flags.js';
import type { Kind } from './tenants.js';

/** `org` for integrators, `customer` for customers: the same acts. */
export function addTenants(program: Command): void {
  const org = program.command('org').description('integrators and sub-integrators');
  addActs(org, 'org', 'integrator', 'North');
  const tree = asClient(
    org.command('tree').description('everything you can see, each below its parent'),
  ).action(async (flags) => (await import('./tenants.js')).showTree(flags));
  withExamples(
    tree,
    'gantry-registry org tree',
    'gantry-registry org tree --json',
    'gantry-registry org tree | less',
  );
  addActs(
    program.command('customer').description('the customers you can see'),
    'customer',
    'customer',
    'Bakery',
  );
}

function addActs(group: Command, word: string, kind: Kind, name: string): void {
  const act = `gantry-registry ${word}`;
  const one = (verb: string, description: string): Command =>
    asClient(group.command(verb).description(description)).argument('<id-or-name>');
  const list = asClient(group.command('list').description('name, id, cameras that record, status'))
    .option('--parent <id-or-name>', 'only directly below this one')
    .option('--text <part>', 'part of the name, company, e-mail or reference')
    .action(async (flags) => (await import('./tenants.js')).listTenants(kind, flags));
  withExamples(list, `${act} list`, `${act} list --parent North`, `${act} list --text bak --json`);
  const create = asClient(group.command('create').description('create one'))
    .argument('<name>')
    .option('--email <address>', 'where it is reached')
    .option('--parent <id-or-name>', 'below whom; default: the scope, or your own tenant')
    .action(async (called, flags) => (await import('./tenants.js')).createTenant(kind, called, flags));
  withExamples(
    create,
    `${act} create ${name} --email office@example.com`,
    `${act} create ${name} --email office@example.com --parent North`,
    `${act} create ${name} --email office@example.com --json`,
  );
  const show = one('show', 'one of them').action(async (which, flags) =>
    (await import('./tenants.js')).showTenant(kind, which, flags),
  );
  withExamples(
    show,
    `${act} show ${name}`,
    `${act} show ten_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} show ${name} --json`,
  );
  const edit = one('edit', 'change what is written down about it; "" takes a detail away')
    .option('--name <name>')
    .option('--email <address>', 'where it is reached')
    .option('--company <name>')
    .option('--phone <number>')
    .option('--time-zone <name>', 'such as Europe/Berlin')
    .option('--reference <text>', 'its number in your own books')
    .action(async (which, flags) => (await import('./tenants.js')).editTenant(kind, which, flags));
  withExamples(
    edit,
    `${act} edit ${name} --phone "+49 30 1234"`,
    `${act} edit ${name} --name "${name} & Co" --time-zone Europe/Berlin`,
    `${act} edit ${name} --reference "" --json`,
  );
  const modules = one('modules', 'what it may use, and because of whom not')
    .option('--off <name...>', 'switch these parts off for it and all below')
    .option('--on <name...>', 'switch these on again')
    .action(async (which, flags) => (await import('./modules.js')).tenantModules(kind, which, flags));
  withExamples(
    modules,
    `${act} modules ${name}`,
    `${act} modules ${name} --off cameras.addPnp shareLinks`,
    `${act} modules ${name} --on shareLinks --json`,
  );
  const disable = one('disable', 'stop all its recording and lock its people out')
    .option('--reason <text>', 'kept in the history')
    .option('--watch', 'count down until every camera has confirmed that it stopped')
    .option(...yes)
    .action(async (which, flags) => (await import('./tenants.js')).disableTenant(kind, which, flags));
  withExamples(
    disable,
    `${act} disable ${name} --reason "contract ended"`,
    `${act} disable ${name} --watch`,
    `${act} disable ${name} --yes --json`,
  );
  const enable = one('enable', 'let everything record again')
    .option('--cameras <which>', 'all, or previous: those that had been off stay off', 'all')
    .action(async (which, flags) => (await import('./tenants.js')).enableTenant(kind, which, flags));
  withExamples(
    enable,
    `${act} enable ${name}`,
    `${act} enable ${name} --cameras previous`,
    `${act} enable ${name} --json`,
  );
  const move = one('move', 'put it below another one, with all it has')
    .option('--to <id-or-name>', 'below whom')
    .option(...yes)
    .action(async (which, flags) => (await import('./tenants.js')).moveTenant(kind, which, flags));
  withExamples(
    move,
    `${act} move ${name} --to South`,
    `${act} move ${name} --to South --yes`,
    `${act} move ${name} --to South --json`,
  );
  const remove = one('delete', 'delete it with its people and recordings, for good')
    .option('--confirm <word>', 'the exact word Delete')
    .action(async (which, flags) => (await import('./tenants.js')).deleteTenant(kind, which, flags));
  withExamples(
    remove,
    `${act} delete ${name}`,
    `${act} delete ${name} --confirm Delete`,
    `${act} delete ${name} --confirm Delete --json`,
  );
}
