#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { Command, CommanderError } from 'commander';
import { agentVersion } from '../version.js';

/** Collects an option that may be given several times. */
const collect = (value: string, before: string[]): string[] => [...before, value];
const data = ['--data <folder>', 'data folder (GANTRY_AGENT_DATA, default ~/.gantry/agent)'] as const;
const json = ['--json', 'machine-readable output, version 1'] as const;

/** Each command loads its code when it is called: `gantry version` stays fast. */
function buildProgram(): Command {
  const program = new Command('gantry')
    .description("Gantry's agent: finds, registers and records the cameras of a site")
    .addHelpText(
      'after',
      `
Examples:
  gantry up --registry https://cams.example.com
  gantry up --join file:join.txt --login file:camera-login.txt
  gantry scan 192.168.1.0/24
  gantry status --json

Exit codes: 0 ok, 1 failure, 2 usage, 3 not enrolled, 4 unreachable, 5 denied, 6 partial,
124 timed out`,
    )
    .exitOverride();

  program
    .command('up')
    .description('run the agent here, in the foreground; enrols this box the first time')
    .option(
      '--registry <url>',
      'address of the registry; a box without a token shows a code to approve there',
    )
    .option('--join <token>', 'join token, or file:PATH (GANTRY_JOIN_TOKEN); needed once')
    .option('--qr <size>', 'QR code of the approval page: auto, small or none', 'auto')
    .option(...data)
    .option(
      '--scan <cidr>',
      'range to search and talk to; repeatable; default: the local networks',
      collect,
      [],
    )
    .option('--camera <url>', 'rtsp://… of a camera, or file:PATH with one per line; repeatable', collect, [])
    .option('--login <source>', 'camera logins: file:PATH or - for standard input; repeatable', collect, [])
    .option('--timeout <duration>', 'give up when the registry is not reached within this time, like 10m')
    .option(...json)
    .action(async (flags) => {
      // An agent allocates little: a young generation that stays small saves 5 of 85 MB (Node 20, idle).
      setFlagsFromString('--semi-space-growth-factor=1');
      await (await import('./up.js')).up(flags);
    });
  program
    .command('scan')
    .description('search for cameras now, without registering anything')
    .argument('[cidr...]', 'ranges; default: the local networks')
    .option('--timeout <duration>', 'how long to listen for answers', '5s')
    .option(...json)
    .action(async (ranges, flags) => (await import('./scan.js')).scanNow(ranges, flags));
  program
    .command('status')
    .description('what the running agent does')
    .option('--watch', 'print it again whenever it changes')
    .option(...data)
    .option(...json)
    .action(async (flags) => (await import('./status.js')).status(flags));

  const cameras = program.command('cameras').description('the cameras of the running agent');
  cameras
    .command('list')
    .option(...data)
    .option(...json)
    .action(async (flags) => (await import('./cameras.js')).list(flags));
  cameras
    .command('show')
    .description('everything known of one camera')
    .argument('<camera>', 'its id, address or name')
    .option(...data)
    .option(...json)
    .action(async (name, flags) => (await import('./cameras.js')).show(name, flags));
  cameras
    .command('add')
    .description('add a camera by its RTSP address')
    .argument('<url>', 'rtsp://… without a password, or file:PATH, or - for standard input')
    .option(...data)
    .action(async (source, flags) => (await import('./cameras.js')).add(source, flags));
  cameras
    .command('login')
    .description('give the login of the site, or of single cameras')
    .requiredOption(
      '--login <source>',
      'file:PATH or - for standard input: username:password, or lines address,username,password',
    )
    .option('--camera <name>', 'address or id of the one camera it is for')
    .option(...data)
    .action(async (flags) => (await import('./cameras.js')).login(flags));
  program
    .command('snapshot')
    .description('write a picture of a camera as JPEG')
    .argument('<camera>', 'its id, address or name')
    .option('--out <file>', 'where to; - for standard output', '-')
    .option(...data)
    .action(async (name, flags) => (await import('./cameras.js')).snapshot(name, flags));
  program
    .command('doctor')
    .description('check what the agent needs, with a remedy for each problem')
    .option(...data)
    .option(...json)
    .action(async (flags) => (await import('./doctor.js')).doctor(flags));
  addUpkeep(program);
  return program;
}

/** Settings, service and farewell. */
function addUpkeep(program: Command): void {
  program
    .command('set')
    .description('keep settings, like: gantry set scanRanges=192.168.1.0/24 logLevel=debug')
    .argument('<key=value...>', 'an empty value takes the default again')
    .option(...data)
    .action(async (pairs, flags) => (await import('./settings.js')).set(pairs, flags));
  program
    .command('get')
    .description('the settings that are kept')
    .argument('[key]')
    .option(...data)
    .option(...json)
    .action(async (key, flags) => (await import('./settings.js')).get(key, flags));
  program
    .command('wait')
    .description('wait until the running agent is so far; 124 when the time is over')
    .option('--for <state>', 'approved, cameras or recording', 'approved')
    .option('--timeout <duration>', 'how long, like 10m', '10m')
    .option(...data)
    .action(async (flags) => (await import('./wait.js')).wait(flags));
  program
    .command('leave')
    .description('forget the registry; the box gets a new key at its next start')
    .option('--yes', 'do it without asking')
    .option(...data)
    .action(async (flags) => (await import('./leave.js')).leave(flags));
  const service = program.command('service').description('run the agent by systemd');
  service
    .command('install')
    .description('write the unit, make the user, start the agent at every boot')
    .option('--registry <url>', 'address of the registry')
    .option('--join <source>', 'join token, file:PATH')
    .option('--root <folder>', 'install below this folder and start nothing, for images', '/')
    .action(async (flags) => (await import('./service.js')).install(flags));
  for (const verb of ['start', 'stop', 'status'] as const) {
    service
      .command(verb)
      .description(`${verb} the service`)
      .action(async () => (await import('./service.js')).control(verb));
  }
  program
    .command('version')
    .description('print the version')
    .action(() => void process.stdout.write(`${agentVersion()}\n`));
}

async function main(): Promise<number> {
  try {
    await buildProgram().parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { exitCodeOf, isExpected } = await import('./exit-code.js');
    const { message, stack } = error as Error;
    process.stderr.write(`gantry: ${isExpected(error) ? message : stack}\n`);
    return exitCodeOf(error);
  }
}

// Everything durable is on disk by now; what a library left open must not hold the process.
process.exit(await main());
