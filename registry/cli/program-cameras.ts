import type { Command } from 'commander';
import { asClient, withExamples, yes } from './flags.js';

/** Cameras, and their footage as evidence. */
export function addCameras(program: Command): void {
  addCameraActs(program.command('camera').description('the cameras you can see'));
  addEvidence(program);
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
  const one = (verb: string, description: string): Command =>
    asClient(group.command(verb).description(description)).argument('<id-or-name>');
  const show = one('show', 'one camera').action(async (which, flags) =>
    (await import('./cameras.js')).showCamera(which, flags),
  );
  withExamples(
    show,
    `${act} show "Dock door"`,
    `${act} show cam_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} show Dock --json`,
  );
  const edit = one('edit', 'rename a camera')
    .option('--name <name>')
    .action(async (which, flags) => (await import('./camera-fields.js')).renameCamera(which, flags));
  withExamples(
    edit,
    `${act} edit cam_01JD8YAB2C3D4E5F6G7H8J9KMN --name "Dock door"`,
    `${act} edit "AXIS P3245" --name Yard`,
    `${act} edit Yard --name Gate --json`,
  );
  const recording = one('recording', 'how a camera is recorded; what is not named stays as it is')
    .option('--mode <mode>', 'continuous, motion, schedule or off')
    .option('--stream <stream>', 'main or sub')
    .option('--days <number>', 'how long recordings are kept')
    .action(async (which, flags) => (await import('./camera-fields.js')).changeRecording(which, flags));
  withExamples(
    recording,
    `${act} recording "Dock door" --mode motion`,
    `${act} recording Yard --stream sub --days 7`,
    `${act} recording Yard --mode continuous --json`,
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
  withExamples(
    many('tag', 'put words on cameras to find them by, and take them off')
      .option('--add <tag...>')
      .option('--remove <tag...>')
      .action(async (which, flags) => (await import('./camera-fields.js')).tagCameras(which, flags)),
    `${act} tag "Dock door" --add outside night`,
    `${act} tag Yard Office --remove outside`,
    `${act} tag Yard --add outside --json`,
  );
  const replace = one('replace', 'put new hardware in the place of a camera')
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
