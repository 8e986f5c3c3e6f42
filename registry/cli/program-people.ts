import type { Command } from 'commander';
import { asClient, withExamples, yes } from './flags.js';

const tenant = ['--tenant <id-or-name>', 'of this tenant; default: the scope'] as const;

/** People and their roles, and keys of programs. */
export function addPeople(program: Command): void {
  addUserActs(program.command('user').description('people with a place in the tenants you can see'));
  addRoleActs(program.command('role').description('what people may do on which cameras'));
  addTokenActs(program.command('token').description('API keys of programs'));
}

function addUserActs(group: Command): void {
  const act = 'gantry-registry user';
  const list = asClient(group.command('list').description('with address, name and state'))
    .option(...tenant)
    .option('--text <part>', 'part of the name or address')
    .action(async (flags) => (await import('./people.js')).listUsers(flags));
  withExamples(list, `${act} list`, `${act} list --tenant Bakery`, `${act} list --text ana --json`);
  const one = (verb: string, description: string): Command =>
    asClient(group.command(verb).description(description)).argument('<id-or-email>');
  const show = one('show', 'one person').action(async (which, flags) =>
    (await import('./people.js')).showUser(which, flags),
  );
  withExamples(
    show,
    `${act} show ana@bakery.example`,
    `${act} show usr_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} show ana --json`,
  );
  const create = asClient(
    group.command('create').description('invite somebody, by letter unless you say otherwise'),
  )
    .argument('<email>')
    .option(...tenant)
    .option('--name <name>')
    .option('--role <id-or-name...>', 'limits them to what these roles allow')
    .option('--guard', 'may watch, and change nothing')
    .option('--owner', 'an owner of the tenant')
    .option('--link', 'print the activation link, for you to hand over')
    .option('--password <source>', 'set a password to hand over: file:PATH or -')
    .action(async (email, flags) => (await import('./people.js')).createUser(email, flags));
  withExamples(
    create,
    `${act} create ana@bakery.example --tenant Bakery --name Ana`,
    `${act} create gus@bakery.example --tenant Bakery --guard --link`,
    `${act} create ana@bakery.example --tenant Bakery --owner --json`,
  );
  const edit = one('edit', 'change somebody, or their place in a tenant')
    .option('--name <name>')
    .option('--email <address>', 'has to be confirmed anew')
    .option('--tenant <id-or-name>', 'which place; only needed for somebody with several')
    .option('--guard', 'may watch, and change nothing')
    .option('--admin', 'an administrator')
    .option('--owner', 'an owner of the tenant')
    .option('--no-owner', 'an owner no more')
    .option('--role <id-or-name...>', 'limits them to what these roles allow')
    .option('--no-roles', 'takes all roles away')
    .action(async (which, flags) => (await import('./people.js')).editUser(which, flags));
  withExamples(
    edit,
    `${act} edit ana@bakery.example --name "Ana Lee"`,
    `${act} edit gus@bakery.example --guard --role Watchers`,
    `${act} edit ana@bakery.example --tenant Bakery --no-owner --json`,
  );
  const add = asClient(
    group.command('add').description('give somebody who is a user already a place in another tenant'),
  )
    .argument('<email>')
    .option(...tenant)
    .option('--role <id-or-name...>', 'limits them to what these roles allow')
    .option('--guard', 'may watch, and change nothing')
    .option('--owner', 'an owner of the tenant')
    .action(async (email, flags) => (await import('./people.js')).addPlace(email, flags));
  withExamples(
    add,
    `${act} add ana@bakery.example --tenant Butcher`,
    `${act} add ana@bakery.example --tenant Butcher --guard`,
    `${act} add ana@bakery.example --tenant Butcher --role Watchers --json`,
  );
  const invite = one('invite', 'send a new activation link; the one before ends')
    .option('--link', 'print it, for you to hand over')
    .action(async (which, flags) => (await import('./people.js')).inviteUser(which, flags));
  withExamples(
    invite,
    `${act} invite ana@bakery.example`,
    `${act} invite ana@bakery.example --link`,
    `${act} invite ana@bakery.example --json`,
  );
  const reset = one('reset-second-factor', 'take the second factor away from somebody who lost it')
    .option(...yes)
    .action(async (which, flags) => (await import('./people.js')).resetSecondFactor(which, flags));
  withExamples(
    reset,
    `${act} reset-second-factor ana@bakery.example`,
    `${act} reset-second-factor ana@bakery.example --yes`,
    `${act} reset-second-factor ana@bakery.example --yes --json`,
  );
  const disable = one('disable', 'lock somebody out with their next request')
    .option('--reason <text>', 'told in the letter they get')
    .option(...yes)
    .action(async (which, flags) => (await import('./people.js')).switchUser('disable', which, flags));
  withExamples(
    disable,
    `${act} disable ana@bakery.example`,
    `${act} disable ana@bakery.example --reason "left us"`,
    `${act} disable ana@bakery.example --yes --json`,
  );
  const enable = one('enable', 'let somebody in again').action(async (which, flags) =>
    (await import('./people.js')).switchUser('enable', which, flags),
  );
  withExamples(enable, `${act} enable ana@bakery.example`, `${act} enable ana`, `${act} enable ana --json`);
  const remove = one('delete', 'end every place of somebody that you can see')
    .option(...yes)
    .action(async (which, flags) => (await import('./people.js')).deleteUser(which, flags));
  withExamples(
    remove,
    `${act} delete ana@bakery.example`,
    `${act} delete ana@bakery.example --yes`,
    `${act} delete ana@bakery.example --json`,
  );
}

function addRoleActs(group: Command): void {
  const act = 'gantry-registry role';
  const list = asClient(group.command('list').description('with what they allow'))
    .option(...tenant)
    .action(async (flags) => (await import('./roles.js')).listRoles(flags));
  withExamples(list, `${act} list`, `${act} list --tenant Bakery`, `${act} list --json`);
  const one = (verb: string, description: string): Command =>
    asClient(group.command(verb).description(description)).argument('<id-or-name>');
  const granting = (command: Command): Command =>
    command
      .option('--may <permission...>', 'on all cameras: view, share, ptz, configure, clip, or none')
      .option('--camera <id-or-name...>', 'single cameras it is about')
      .option('--camera-may <permission...>', 'on those; default: view');
  const show = one('show', 'one role, with its cameras').action(async (which, flags) =>
    (await import('./roles.js')).showRole(which, flags),
  );
  withExamples(
    show,
    `${act} show Watchers`,
    `${act} show rol_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} show Watchers --json`,
  );
  const create = granting(asClient(group.command('create').description('make one, of a tenant')))
    .argument('<name>')
    .option(...tenant)
    .option('--guard', 'for people who watch only')
    .action(async (name, flags) => (await import('./roles.js')).createRole(name, flags));
  withExamples(
    create,
    `${act} create Watchers --tenant Bakery --guard`,
    `${act} create Technicians --tenant Bakery --may view configure`,
    `${act} create Porter --tenant Bakery --guard --camera "Dock door" --json`,
  );
  const edit = granting(one('edit', 'change what a role allows; lists are replaced as a whole'))
    .option('--name <name>')
    .action(async (which, flags) => (await import('./roles.js')).editRole(which, flags));
  withExamples(
    edit,
    `${act} edit Watchers --may view clip`,
    `${act} edit Porter --may none --camera "Dock door" Yard --camera-may view ptz`,
    `${act} edit Watchers --name Night --json`,
  );
  const remove = one('delete', 'remove one that nobody has').action(async (which, flags) =>
    (await import('./roles.js')).deleteRole(which, flags),
  );
  withExamples(
    remove,
    `${act} delete Watchers`,
    `${act} delete rol_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} delete Watchers --json`,
  );
}

function addTokenActs(group: Command): void {
  const act = 'gantry-registry token';
  const list = asClient(group.command('list').description('with tenant, last use and end')).action(
    async (flags) => (await import('./keys.js')).listTokens(flags),
  );
  withExamples(list, `${act} list`, `${act} list --json`, `${act} list --url https://cams.example.com`);
  const create = asClient(group.command('create').description('make one; it is printed this once'))
    .argument('<name>')
    .option('--tenant <id-or-name>', 'whose subtree it sees; default: the scope')
    .option('--expires <duration>', 'like 12h or 90d; default: never')
    .option('--module <name...>', 'only these parts of the product')
    .action(async (name, flags) => (await import('./keys.js')).createToken(name, flags));
  withExamples(
    create,
    `${act} create Sync --tenant North > key.txt`,
    `${act} create Sync --tenant North --expires 90d`,
    `${act} create Audit --tenant North --module history --json`,
  );
  const revoke = asClient(group.command('revoke').description('end one with its next request'))
    .argument('<id>')
    .action(async (id, flags) => (await import('./keys.js')).revokeToken(id, flags));
  withExamples(
    revoke,
    `${act} revoke key_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} revoke key_01JD8YAB2C3D4E5F6G7H8J9KMN --json`,
    `${act} list`,
  );
}
