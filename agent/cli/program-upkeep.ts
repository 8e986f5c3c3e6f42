import type { Command } from 'commander';
import { data, json, withExamples } from './flags.js';

/** Settings, checks, service, farewell. */
export function addUpkeep(program: Command): void {
  const doctor = program
    .command('doctor')
    .description('check what the agent needs, with a remedy for each problem')
    .option(...data)
    .option(...json)
    .action(async (flags) => (await import('./doctor.js')).doctor(flags));
  withExamples(doctor, 'gantry doctor', 'gantry doctor --json', 'sudo gantry doctor --data /var/lib/gantry');
  const set = program
    .command('set')
    .description('keep settings; in effect after the next start')
    .argument('<key=value...>', 'an empty value takes the default again')
    .option(...data)
    .option(...json)
    .action(async (pairs, flags) => (await import('./settings.js')).set(pairs, flags));
  withExamples(
    set,
    'gantry set scanRanges=192.168.1.0/24,10.0.7.0/24',
    'gantry set transport=wss',
    'gantry set name=Warehouse proxy=http://proxy.example.com:3128',
  );
  const get = program
    .command('get')
    .description('the settings that are kept')
    .argument('[key]')
    .option(...data)
    .option(...json)
    .action(async (key, flags) => (await import('./settings.js')).get(key, flags));
  withExamples(get, 'gantry get', 'gantry get scanRanges', 'gantry get --json');
  const pin = program
    .command('pin')
    .description('print the PIN of the on-site page')
    .option(...data)
    .option(...json)
    .action(async (flags) => (await import('./pin.js')).pin(flags));
  withExamples(pin, 'gantry pin', 'gantry pin --json', 'sudo gantry pin --data /var/lib/gantry');
  const update = program
    .command('update')
    .description("take the registry's package; taken back when the new agent is not healthy in time")
    .option('--check', 'only look whether there is another version')
    .option('--from <url>', 'another registry than the own')
    .option('--force', 'take it again, also in the same version')
    .option('--timeout <duration>', 'how long the new agent may take to be healthy', '60s')
    .option(...data)
    .option(...json)
    .action(async (flags) => (await import('./update.js')).update(flags));
  withExamples(
    update,
    'sudo gantry update --data /var/lib/gantry',
    'gantry update --check',
    'gantry update --check --json',
  );
  const bugreport = program
    .command('bugreport')
    .description('write an archive for whoever helps; it holds no password, key or token')
    .option('--out <file>', 'where to; default: gantry-bugreport-TIME.tar.gz here')
    .option(...data)
    .option(...json)
    .action(async (flags) => (await import('./bugreport.js')).bugreport(flags));
  withExamples(
    bugreport,
    'gantry bugreport',
    'gantry bugreport --out report.tar.gz',
    'sudo gantry bugreport --data /var/lib/gantry --json',
  );
  const leave = program
    .command('leave')
    .description('forget the registry; the box gets a new key at its next start')
    .option('--yes', 'do it without asking')
    .option(...data)
    .option(...json)
    .action(async (flags) => (await import('./leave.js')).leave(flags));
  withExamples(leave, 'gantry leave', 'gantry leave --yes', 'sudo gantry leave --yes --data /var/lib/gantry');
  addService(program);
}

function addService(program: Command): void {
  const service = program.command('service').description('run the agent by systemd');
  withExamples(
    service,
    'sudo gantry service install --registry https://cams.example.com',
    'gantry service status',
    'sudo gantry service stop',
  );
  const install = service
    .command('install')
    .description('write the unit, make the user, start the agent at every boot')
    .option('--registry <url>', 'address of the registry')
    .option('--join <source>', 'join token, file:PATH')
    .option('--root <folder>', 'install below this folder and start nothing, for images', '/')
    .option(...json)
    .action(async (flags) => (await import('./service.js')).install(flags));
  withExamples(
    install,
    'sudo gantry service install --registry https://cams.example.com',
    'sudo gantry service install --join file:join.txt',
    'gantry service install --root ./image --registry https://cams.example.com',
  );
  for (const verb of ['start', 'stop', 'status'] as const) {
    const command = service
      .command(verb)
      .description(`${verb} the service`)
      .option(...json)
      .action(async (flags) => (await import('./service.js')).control(verb, flags));
    withExamples(
      command,
      `sudo gantry service ${verb}`,
      `gantry service ${verb} --json`,
      'journalctl -fu gantry-agent.service',
    );
  }
}
