import type { Command } from 'commander';
import { data, json, withExamples } from './flags.js';

const camera = ['<camera>', 'its id, address or name'] as const;

/** Commands about the cameras of the running agent. */
export function addCameras(program: Command): void {
  const cameras = program.command('cameras').description('the cameras of the running agent');
  withExamples(
    cameras,
    'gantry cameras list',
    'gantry cameras add 192.168.1.20',
    'gantry cameras register --all',
  );
  const load = () => import('./cameras.js');
  const loadActs = () => import('./camera-acts.js');
  const list = cameras
    .command('list')
    .description('every camera, where it is and how far it got')
    .option(...data)
    .option(...json)
    .action(async (flags) => (await load()).list(flags));
  withExamples(list, 'gantry cameras list', 'gantry cameras list --json', 'gantry cameras list --data ./box');
  const show = cameras
    .command('show')
    .description('everything known of one camera')
    .argument(...camera)
    .option(...data)
    .option(...json)
    .action(async (name, flags) => (await load()).show(name, flags));
  withExamples(
    show,
    'gantry cameras show "Dock door"',
    'gantry cameras show 192.168.1.20',
    'gantry cameras show 192.168.1.20 --json',
  );
  const add = cameras
    .command('add')
    .description('add a camera by its RTSP address, or by the address of its device')
    .argument('<url>', 'rtsp://… without a password, an address, file:PATH, or - for standard input')
    .option(...data)
    .option(...json)
    .action(async (source, flags) => (await load()).add(source, flags));
  withExamples(
    add,
    'gantry cameras add 192.168.1.20',
    'gantry cameras add rtsp://192.168.1.20:554/stream1',
    'gantry cameras add file:addresses.txt',
  );
  const test = cameras
    .command('test')
    .description('try a camera now: login, streams, picture; ends with 6 when something does not work')
    .argument('<camera>', 'id, address or name of a known camera, or rtsp://… of any')
    .option('--login <source>', 'for rtsp://…: file:PATH or - with username:password')
    .option(...data)
    .option(...json)
    .action(async (name, flags) => (await loadActs()).test(name, flags));
  withExamples(
    test,
    'gantry cameras test "Dock door"',
    'gantry cameras test 192.168.1.20 --json',
    'gantry cameras test rtsp://192.168.1.20/stream1 --login file:login.txt',
  );
  const login = cameras
    .command('login')
    .description('give the login of the site, or of single cameras; each is tried once on each')
    .argument('[camera...]', 'ids, addresses or names; none: all cameras that want a login')
    .option('--login <source>', 'file:PATH or -: username:password, or lines address,username,password')
    .option('--user <name>', 'user name, with --password', 'admin')
    .option('--password <source>', 'file:PATH or - with the password alone')
    .option('--camera <name>', 'address or id of the one camera it is for')
    .option(...data)
    .option(...json)
    .action(async (names, flags) => (await load()).login(names, flags));
  withExamples(
    login,
    'gantry cameras login --user admin --password file:camera.pw',
    'gantry cameras login "Dock door" --login file:login.txt',
    'gantry cameras login --login - < logins.csv',
  );
  const name = cameras
    .command('name')
    .description('call a camera by another name; an empty one takes its own again')
    .argument(...camera)
    .argument('<name>')
    .option(...data)
    .option(...json)
    .action(async (which, text, flags) => (await loadActs()).name(which, text, flags));
  withExamples(
    name,
    'gantry cameras name 192.168.1.20 "Dock door"',
    'gantry cameras name cam-1a2b3c4d5e6f Yard',
    'gantry cameras name "Dock door" ""',
  );
  const register = cameras
    .command('register')
    .description('tell the registry again, and wait until it answered; ends with 6 when it refuses some')
    .argument('[camera...]', 'ids, addresses or names')
    .option('--all', 'all cameras (the default without a name)')
    .option('--timeout <duration>', 'how long to wait', '30s')
    .option(...data)
    .option(...json)
    .action(async (names, flags) => (await loadActs()).register(names, flags));
  withExamples(
    register,
    'gantry cameras register --all',
    'gantry cameras register "Dock door" Yard',
    'gantry cameras register --all --timeout 2m --json',
  );
  const forget = cameras
    .command('forget')
    .description('leave a camera out that is gone; one that still answers is found again')
    .argument(...camera)
    .option(...data)
    .option(...json)
    .action(async (which, flags) => (await loadActs()).forget(which, flags));
  withExamples(
    forget,
    'gantry cameras forget 192.168.1.20',
    'gantry cameras forget "Dock door"',
    'gantry cameras forget cam-1a2b3c4d5e6f --json',
  );
  addPictures(program);
}

function addPictures(program: Command): void {
  const snapshot = program
    .command('snapshot')
    .description('write a picture of a camera as JPEG')
    .argument(...camera)
    .option('--out <file>', 'where to; - for standard output', '-')
    .option(...data)
    .option(...json)
    .action(async (name, flags) => (await import('./cameras.js')).snapshot(name, flags));
  withExamples(
    snapshot,
    'gantry snapshot "Dock door" --out dock.jpg',
    'gantry snapshot 192.168.1.20 > camera.jpg',
    'gantry snapshot 192.168.1.20 --out camera.jpg --json',
  );
  const preview = program
    .command('preview')
    .description("print the address of a camera's moving picture on the on-site page")
    .argument(...camera)
    .option(...data)
    .option(...json)
    .action(async (name, flags) => (await import('./camera-acts.js')).preview(name, flags));
  withExamples(
    preview,
    'gantry preview "Dock door"',
    'xdg-open "$(gantry preview 192.168.1.20)"',
    'gantry preview 192.168.1.20 --json',
  );
}
