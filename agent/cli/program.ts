import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import { agentVersion } from '../version.js';
import { collect, data, json, withExamples } from './flags.js';
import { addCameras } from './program-cameras.js';
import { addUpkeep } from './program-upkeep.js';

/** All commands. Each loads its code when it is called: `gantry version` stays fast. */
export function buildProgram(): Command {
  const program = new Command('gantry')
    .description("Gantry's agent: finds, registers and records the cameras of a site")
    .addHelpText(
      'after',
      `
Examples:
  gantry up --registry https://cams.example.com
  gantry up --join file:join.txt --login file:camera-login.txt
  gantry status --json

Exit codes: 0 ok, 1 failure, 2 usage, 3 not enrolled, 4 unreachable, 5 denied, 6 partial,
124 timed out`,
    )
    .exitOverride();
  addRunning(program);
  addCameras(program);
  addUpkeep(program);
  addShell(program);
  return program;
}

/** Running the agent, and looking at what it does. */
function addRunning(program: Command): void {
  const up = program
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
    .option('--no-wait', 'run it in the background; ends once the box is enrolled or shows its code')
    .option(...json)
    .action(async (flags) => {
      if (flags.wait === false) return (await import('./background.js')).upInBackground(flags);
      // An agent allocates little: a young generation that stays small saves 5 of 85 MB (Node 20, idle).
      setFlagsFromString('--semi-space-growth-factor=1');
      await (await import('./up.js')).up(flags);
    });
  withExamples(
    up,
    'gantry up --registry https://cams.example.com',
    'gantry up --join file:join.txt --login file:camera-login.txt',
    'gantry up --no-wait --scan 192.168.1.0/24 --scan 10.0.7.0/24',
  );
  const scan = program
    .command('scan')
    .description('search for cameras now, without registering anything')
    .argument('[cidr...]', 'ranges; default: the local networks')
    .option('--onvif', 'only devices that speak ONVIF; tries no ports')
    .option('--rtsp', 'only devices that speak RTSP')
    .option('--stream', 'print each device as it is found (--json: one object per line)')
    .option('--timeout <duration>', 'how long to listen for answers', '5s')
    .option(...json)
    .action(async (ranges, flags) => (await import('./scan.js')).scanNow(ranges, flags));
  withExamples(scan, 'gantry scan', 'gantry scan 192.168.1.0/24 --rtsp', 'gantry scan --stream --json');
  const status = program
    .command('status')
    .description('what the running agent does')
    .option('--watch', 'print it again whenever it changes')
    .option('--problems', 'only cameras with a problem; ends with 6 when there are any')
    .option('--all', 'all cameras (the default)')
    .option('--local', 'address and QR code of the on-site page')
    .option(...data)
    .option(...json)
    .action(async (flags) => (await import('./status.js')).status(flags));
  withExamples(status, 'gantry status', 'gantry status --problems', 'gantry status --watch --json');
  const logs = program
    .command('logs')
    .description('what the running agent logged last')
    .option('-f, --follow', 'go on printing what is logged')
    .option('--camera <name>', 'only lines about this camera: its id, address or name')
    .option(...data)
    .option(...json)
    .action(async (flags) => (await import('./logs.js')).logs(flags));
  withExamples(logs, 'gantry logs', 'gantry logs -f', 'gantry logs --camera "Dock door" --json');
  const wait = program
    .command('wait')
    .description('wait until the running agent is so far; 124 when the time is over')
    .option('--for <state>', 'approved, cameras or recording', 'approved')
    .option('--timeout <duration>', 'how long, like 10m', '10m')
    .option(...data)
    .option(...json)
    .action(async (flags) => (await import('./wait.js')).wait(flags));
  withExamples(
    wait,
    'gantry wait',
    'gantry wait --for recording --timeout 5m',
    'gantry up --no-wait && gantry wait --for cameras',
  );
}

/** About the command itself. */
function addShell(program: Command): void {
  const version = program
    .command('version')
    .description('print the version')
    .option(...json)
    .action(({ json: asJson }: { json?: boolean }) => {
      const text = agentVersion();
      process.stdout.write(asJson ? `${JSON.stringify({ v: 1, version: text })}\n` : `${text}\n`);
    });
  withExamples(version, 'gantry version', 'gantry version --json', 'gantry --help');
  const verify = program
    .command('verify')
    .description('check an evidence file: nothing altered, removed or moved since it was recorded')
    .argument('<file>')
    .option(...json)
    .action(async (file, flags) => (await import('./verify.js')).verify(file, flags));
  withExamples(
    verify,
    'gantry verify front-door.gantry',
    'gantry verify front-door.gantry --json',
    'gantry verify "/media/stick/Till 2026-11-22T1000.gantry"',
  );
  const completion = program
    .command('completion')
    .description('print what a shell needs to complete these commands')
    .argument('<shell>', 'bash, zsh or fish')
    .option(...json)
    .action(async (shell, flags) => (await import('./completion.js')).completion(program, shell, flags));
  withExamples(
    completion,
    'gantry completion bash > /etc/bash_completion.d/gantry',
    'gantry completion zsh > ~/.zfunc/_gantry',
    'gantry completion fish > ~/.config/fish/completions/gantry.fish',
  );
}
