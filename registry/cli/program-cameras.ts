import type { Command } from 'commander';
import { asClient, withExamples, yes } from './flags.js';

/** Cameras, the agents that bring them, and the keys that let agents in. */
export function addCameras(program: Command): void {
  addCameraActs(program.command('camera').description('the cameras you can see'));
  addAgentActs(program.command('agent').description('the agents you can see'));
  addEvidence(program);
  addKeyActs(program.command('key').description('enrolment keys: what gantry up --join takes'));
}

const filtered = (command: Command): Command =>
  asClient(command)
    .option('--unbound', 'only those that wait for a customer')
    .option('--customer <id-or-name>', 'only of this tenant and below')
    .option('--agent <id-or-name>', 'only of this agent')
    .option('--plan <id-or-name>', 'only with this plan')
    .option('--state <state>', 'only in this state')
    .option('--text <part>', 'part of the name, maker, model or address');

function addCameraActs(group: Command): void {
  const act = 'gantry-registry camera';
  const list = filtered(group.command('list').description('with what is wanted and what is so')).action(
    async (flags) => (await import('./cameras.js')).listCameras(flags),
  );
  withExamples(list, `${act} list`, `${act} list --unbound`, `${act} list --customer Bakery --json`);
  const show = asClient(group.command('show').description('one camera'))
    .argument('<id-or-name>')
    .action(async (which, flags) => (await import('./cameras.js')).showCamera(which, flags));
  withExamples(
    show,
    `${act} show "Dock door"`,
    `${act} show cam_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} show Dock --json`,
  );
  const many = (verb: string, description: string): Command =>
    asClient(group.command(verb).description(description))
      .argument('<id-or-name...>')
      .option(...yes);
  const change =
    (verb: 'bind' | 'unbind' | 'enable' | 'disable' | 'setPlan', past: string) =>
    async (which: string[], flags: { customer?: string; plan?: string }) =>
      (await import('./cameras.js')).changeCameras({ verb, past }, which, flags);
  withExamples(
    many('bind', 'give cameras to a customer with a plan')
      .option('--customer <id-or-name>')
      .option('--plan <id-or-name>')
      .action(change('bind', 'Bound')),
    `${act} bind "Dock door" --customer Bakery --plan Standard`,
    `${act} bind Yard Office --customer Bakery --plan Standard`,
    `${act} bind Yard --customer Bakery --plan Standard --json`,
  );
  withExamples(
    many('unbind', 'take cameras back to the inbox').action(change('unbind', 'Unbound')),
    `${act} unbind "Dock door"`,
    `${act} unbind Yard Office --yes`,
    `${act} unbind Yard --json`,
  );
  withExamples(
    many('enable', "a camera's own switch: on").action(change('enable', 'Enabled')),
    `${act} enable "Dock door"`,
    `${act} enable Yard Office`,
    `${act} enable Yard --json`,
  );
  withExamples(
    many('disable', "a camera's own switch: off, at once").action(change('disable', 'Disabled')),
    `${act} disable "Dock door"`,
    `${act} disable Yard Office --yes`,
    `${act} disable Yard --json`,
  );
  withExamples(
    many('plan', 'let cameras record by another plan')
      .option('--plan <id-or-name>')
      .action(change('setPlan', 'Changed')),
    `${act} plan "Dock door" --plan Long`,
    `${act} plan Yard Office --plan Long`,
    `${act} plan Yard --plan Long --json`,
  );
  const replace = asClient(group.command('replace').description('put new hardware in the place of a camera'))
    .argument('<id-or-name>')
    .option('--by <id-or-name>', 'as which the new hardware was registered')
    .option(...yes)
    .action(async (which, flags) => (await import('./cameras.js')).replaceCamera(which, flags));
  withExamples(
    replace,
    `${act} replace "Dock door" --by "AXIS P3245"`,
    `${act} replace Dock --by cam_01JD8YAB2C3D4E5F6G7H8J9KMN --yes`,
    `${act} replace Dock --by "AXIS P3245" --json`,
  );
  const forget = asClient(
    group.command('forget-replaced').description('let the former hardware of a camera be used again'),
  )
    .argument('<id-or-name>')
    .action(async (which, flags) => (await import('./cameras.js')).forgetReplaced(which, flags));
  withExamples(
    forget,
    `${act} forget-replaced "Dock door"`,
    `${act} forget-replaced cam_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} forget-replaced Dock --json`,
  );
  addCameraFiles(group, act);
}

function addCameraFiles(group: Command, act: string): void {
  const take = asClient(group.command('import').description('bind, name and tag cameras by a CSV file'))
    .argument('<file>', 'columns: id, mac or serial; name, customer, plan, tags')
    .option('--dry-run', 'only what would change, and what is wrong')
    .option('--atomic', 'nothing at all while a line is wrong')
    .action(async (file, flags) => (await import('./camera-files.js')).importCameras(file, flags));
  withExamples(
    take,
    `${act} import cameras.csv --dry-run`,
    `${act} import cameras.csv`,
    `${act} import cameras.csv --atomic --json`,
  );
  const give = filtered(group.command('export').description('as CSV, to be edited and imported again'))
    .option('--out <file>', 'where to; default: standard output')
    .action(async (flags) => (await import('./camera-files.js')).exportCameras(flags));
  withExamples(
    give,
    `${act} export > cameras.csv`,
    `${act} export --unbound --out inbox.csv`,
    `${act} export --customer Bakery --out bakery.csv --json`,
  );
}

function addEvidence(program: Command): void {
  const group = program.command('evidence').description('footage with the chain its agent signed');
  const act = 'gantry-registry evidence export cam_01JD8YAB2C3D4E5F6G7H8J9KMN --from 2026-11-22T10:00:00Z';
  const write = asClient(
    group.command('export').description('write a file to be checked with: gantry verify FILE'),
  )
    .argument('<camera-id>')
    .requiredOption('--from <time>', 'RFC 3339, such as 2026-11-22T10:00:00Z')
    .requiredOption('--to <time>', 'at most three hours later')
    .requiredOption('--out <file>', 'where to')
    .action(async (id, flags) => (await import('./evidence.js')).exportEvidence(id, flags));
  withExamples(
    write,
    `${act} --to 2026-11-22T10:05:00Z --out door.evidence`,
    `${act} --to 2026-11-22T12:00:00Z --out door.evidence --json`,
    `${act} --to 2026-11-22T10:05:00Z --out door.evidence --api-key file:key.txt`,
  );
}

function addAgentActs(group: Command): void {
  const act = 'gantry-registry agent';
  const list = asClient(group.command('list').description('with presence and cameras')).action(
    async (flags) => (await import('./agents.js')).listAgents(flags),
  );
  withExamples(list, `${act} list`, `${act} list --json`, `${act} list --url https://cams.example.com`);
  const one = (verb: string, description: string, argument: string): Command =>
    asClient(group.command(verb).description(description)).argument(argument);
  const show = one('show', 'one agent', '<id-or-name>').action(async (which, flags) =>
    (await import('./agents.js')).showAgent(which, flags),
  );
  withExamples(
    show,
    `${act} show warehouse`,
    `${act} show agt_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} show warehouse --json`,
  );
  const waiting = one(
    'waiting',
    'boxes that wait, or the one that shows a code, with its words',
    '[code]',
  ).action(async (code, flags) => (await import('./agents.js')).showWaiting(code, flags));
  withExamples(waiting, `${act} waiting`, `${act} waiting BCDF-GHJK`, `${act} waiting BCDF-GHJK --json`);
  const approve = one('approve', 'let the box in that shows this code', '<code>')
    .option('--org <id-or-name>', 'whose it becomes; default: the scope')
    .option('--name <name>')
    .option('--customer <id-or-name>', 'whose its cameras become')
    .option('--plan <id-or-name>', 'by which they record')
    .option(...yes)
    .action(async (code, flags) => (await import('./agents.js')).approveAgent(code, flags));
  withExamples(
    approve,
    `${act} approve BCDF-GHJK --org North`,
    `${act} approve BCDF-GHJK --org North --customer Bakery --plan Standard`,
    `${act} approve BCDF-GHJK --org North --yes --json`,
  );
  const reject = one('reject', 'send the box away that shows this code', '<code>').action(
    async (code, flags) => (await import('./agents.js')).rejectAgent(code, flags),
  );
  withExamples(reject, `${act} reject BCDF-GHJK`, `${act} reject bcdfghjk`, `${act} reject BCDF-GHJK --json`);
  const replace = one('replace', 'put a new agent in the place of one, with all its cameras', '<id-or-name>')
    .option('--by <id-or-name>', 'the new one')
    .option(...yes)
    .action(async (which, flags) => (await import('./agents.js')).replaceAgent(which, flags));
  withExamples(
    replace,
    `${act} replace warehouse --by warehouse-new`,
    `${act} replace warehouse --by agt_01JD8YAB2C3D4E5F6G7H8J9KMN --yes`,
    `${act} replace warehouse --by warehouse-new --json`,
  );
  const revoke = one('revoke', 'let an agent go: its key counts no more', '<id-or-name>')
    .option(...yes)
    .action(async (which, flags) => (await import('./agents.js')).revokeAgent(which, flags));
  withExamples(
    revoke,
    `${act} revoke warehouse`,
    `${act} revoke warehouse --yes`,
    `${act} revoke warehouse --json`,
  );
}

function addKeyActs(group: Command): void {
  const act = 'gantry-registry key';
  const list = asClient(group.command('list').description('with uses and end')).action(async (flags) =>
    (await import('./keys.js')).listKeys(flags),
  );
  withExamples(list, `${act} list`, `${act} list --json`, `${act} list --url https://cams.example.com`);
  const create = asClient(group.command('create').description('make one; it is printed this once'))
    .option('--org <id-or-name>', 'whose the agents become; default: the scope')
    .option('--name <name>')
    .option('--uses <number>', 'how many agents', '1')
    .option('--expires <duration>', 'like 12h or 7d', '7d')
    .option('--customer <id-or-name>', 'whose their cameras become')
    .option('--plan <id-or-name>', 'by which they record')
    .action(async (flags) => (await import('./keys.js')).createKey(flags));
  withExamples(
    create,
    `${act} create --org North > join.txt`,
    `${act} create --org North --uses 10 --expires 30d`,
    `${act} create --org North --customer Bakery --plan Standard --json`,
  );
  const revoke = asClient(group.command('revoke').description('end one; agents that used it stay'))
    .argument('<id>')
    .action(async (id, flags) => (await import('./keys.js')).revokeKey(id, flags));
  withExamples(
    revoke,
    `${act} revoke tok_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} revoke tok_01JD8YAB2C3D4E5F6G7H8J9KMN --json`,
    `${act} list`,
  );
}
