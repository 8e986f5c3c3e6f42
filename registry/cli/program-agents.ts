import type { Command } from 'commander';
import { asClient, withExamples, yes } from './flags.js';

/** The agents that bring cameras, and the keys that let agents in. */
export function addAgents(program: Command): void {
  addAgentActs(program.command('agent').description('the agents you can see'));
  addKeyActs(program.command('key').description('enrolment keys: what gantry up --join takes'));
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
  const edit = one('edit', 'rename an agent, or say whose its new cameras become', '<id-or-name>')
    .option('--name <name>')
    .option('--customer <id-or-name>', 'whose its new cameras become')
    .option('--plan <id-or-name>', 'by which they record')
    .option('--no-auto-bind', 'new cameras wait in the inbox again')
    .action(async (which, flags) => (await import('./agent-hands.js')).editAgent(which, flags));
  withExamples(
    edit,
    `${act} edit warehouse --name "Warehouse 2"`,
    `${act} edit warehouse --customer Bakery --plan Standard`,
    `${act} edit warehouse --no-auto-bind --json`,
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
  const stolen = one('stolen', 'let an agent go, and hear of it when its key is seen again', '<id-or-name>')
    .option(...yes)
    .action(async (which, flags) =>
      (await import('./agent-hands.js')).actOnAgent('reportStolen', which, flags),
    );
  withExamples(
    stolen,
    `${act} stolen warehouse`,
    `${act} stolen warehouse --yes`,
    `${act} stolen warehouse --json`,
  );
  const settle = one('settle', 'somebody looked into who uses the key of this agent', '<id-or-name>').action(
    async (which, flags) => (await import('./agent-hands.js')).actOnAgent('settle', which, flags),
  );
  withExamples(settle, `${act} settle warehouse`, `${act} settle warehouse --json`, `${act} list`);
  addHandOvers(group, one, act);
}

/** From one integrator to another. */
function addHandOvers(
  group: Command,
  one: (verb: string, description: string, argument: string) => Command,
  act: string,
): void {
  const offers = asClient(
    group.command('offers').description('agents that wait for a new integrator'),
  ).action(async (flags) => (await import('./agent-hands.js')).listOffers(flags));
  withExamples(offers, `${act} offers`, `${act} offers --json`, `${act} offers | wc -l`);
  const offer = one('offer', 'offer an agent to another integrator, with its unbound cameras', '<id-or-name>')
    .option('--to <id-or-name>', 'which integrator')
    .action(async (which, flags) => (await import('./agent-hands.js')).offerAgent(which, flags));
  withExamples(
    offer,
    `${act} offer warehouse --to South`,
    `${act} offer agt_01JD8YAB2C3D4E5F6G7H8J9KMN --to South`,
    `${act} offer warehouse --to South --json`,
  );
  const withdraw = one('withdraw', 'take the offer of an agent back', '<id-or-name>').action(
    async (which, flags) => (await import('./agent-hands.js')).actOnAgent('withdraw', which, flags),
  );
  withExamples(withdraw, `${act} withdraw warehouse`, `${act} withdraw warehouse --json`, `${act} offers`);
  for (const answer of ['accept', 'decline'] as const) {
    const says = answer === 'accept' ? 'take an offered agent over' : 'say no to an offered agent';
    withExamples(
      one(answer, says, '<id>').action(async (id, flags) =>
        (await import('./agent-hands.js')).answerOffer(answer, id, flags),
      ),
      `${act} ${answer} agt_01JD8YAB2C3D4E5F6G7H8J9KMN`,
      `${act} ${answer} agt_01JD8YAB2C3D4E5F6G7H8J9KMN --json`,
      `${act} offers`,
    );
  }
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
