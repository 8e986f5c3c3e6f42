import { Command } from 'commander';
import { json, withExamples } from './flags.js';
import { addAccount } from './program-account.js';
import { addAgents } from './program-agents.js';
import { addApi } from './program-api.js';
import { addCameras } from './program-cameras.js';
import { addPeople } from './program-people.js';
import { addPlans } from './program-plans.js';
import { addRecords } from './program-records.js';
import { addServer } from './program-server.js';
import { addTenants } from './program-tenants.js';

/** Exit code of a command that ends in order; 0 unless it says otherwise. */
export interface Outcome {
  code: number;
}

/** All commands. Each loads its code when it is called: `version` stays fast. */
export function buildProgram(outcome: Outcome): Command {
  const program = new Command('gantry-registry')
    .description("Gantry's registry: binds cameras to customers and decides what is recorded")
    .addHelpText(
      'after',
      `
Examples:
  gantry-registry serve --data ./data
  gantry-registry login http://127.0.0.1:7070 --email ana@north.example --password file:pw.txt
  gantry-registry customer disable Bakery --reason "contract ended"

Exit codes: 0 ok, 1 failure, 2 usage, 4 unreachable, 5 denied, 6 partial`,
    )
    .exitOverride();
  addServer(program, outcome);
  addAccount(program);
  addTenants(program);
  addCameras(program);
  addAgents(program);
  addPeople(program);
  addPlans(program);
  addRecords(program, outcome);
  addApi(program);
  const completion = program
    .command('completion')
    .description('print what a shell needs to complete these commands')
    .argument('<shell>', 'bash or zsh')
    .option(...json)
    .action(async (shell, flags) => (await import('./completion.js')).completion(program, shell, flags));
  withExamples(
    completion,
    'gantry-registry completion bash > /etc/bash_completion.d/gantry-registry',
    'gantry-registry completion zsh > ~/.zfunc/_gantry-registry',
    'source <(gantry-registry completion bash)',
  );
  return program;
}
