import type { Command } from 'commander';
import { asClient, withExamples } from './flags.js';

const modes = 'continuous, motion, schedule or off';

/** What is recorded of a camera, and how long it is kept. */
export function addPlans(program: Command): void {
  const group = program
    .command('plan')
    .description('billing plans: what is recorded and how long it is kept');
  const act = 'gantry-registry plan';
  const list = asClient(group.command('list').description('offered to the tenants you can see')).action(
    async (flags) => (await import('./plans.js')).listPlans(flags),
  );
  withExamples(list, `${act} list`, `${act} list --json`, `${act} list --url https://cams.example.com`);
  const create = asClient(group.command('create').description('offer a plan to a tenant and all below'))
    .argument('<name>')
    .option('--tenant <id-or-name>', 'whose it is; default: the scope')
    .option('--days <number>', 'how long recordings are kept')
    .option('--mode <mode>', modes)
    .option('--stream <stream>', 'main or sub')
    .action(async (name, flags) => (await import('./plans.js')).createPlan(name, flags));
  withExamples(
    create,
    `${act} create Long --tenant North --days 90`,
    `${act} create Small --tenant North --days 7 --stream sub`,
    `${act} create Long --tenant North --days 90 --json`,
  );
  const one = (verb: string, description: string): Command =>
    asClient(group.command(verb).description(description)).argument('<id-or-name>');
  const edit = one('edit', 'change one; cameras that have it keep their recording settings')
    .option('--name <name>')
    .option('--days <number>', 'how long recordings are kept')
    .option('--mode <mode>', modes)
    .option('--stream <stream>', 'main or sub')
    .action(async (which, flags) => (await import('./plans.js')).editPlan(which, flags));
  withExamples(
    edit,
    `${act} edit Long --days 60`,
    `${act} edit Small --name Tiny --mode motion`,
    `${act} edit pln_01JD8YAB2C3D4E5F6G7H8J9KMN --days 60 --json`,
  );
  const remove = one('delete', 'remove one that no camera and no rule has').action(async (which, flags) =>
    (await import('./plans.js')).deletePlan(which, flags),
  );
  withExamples(
    remove,
    `${act} delete Tiny`,
    `${act} delete pln_01JD8YAB2C3D4E5F6G7H8J9KMN`,
    `${act} delete Tiny --json`,
  );
}
