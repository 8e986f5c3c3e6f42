import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { VirtualCameraOptions } from '../support/cameras/camera-options.js';
import { startVirtualSite, type VirtualSite } from '../support/cameras/site.js';

/**
 * The demo site: virtual cameras as one process. Prints one line of JSON when all of them listen, ends on SIGTERM
 * or SIGINT, ends with status 1 and a sentence on stderr when it cannot start.
 */
const usage = `Usage: node test/dist/demo/site.js [flags]
  --cameras N           how many cameras (3); every third speaks RTSP only, the others ONVIF too
  --network A.B.C       network of their addresses (127.0.0)
  --first-host N        last number of the first address (11)
  --onvif-port N        ONVIF port of every camera, 0 for any (8000)
  --rtsp-port N         RTSP port of every camera, 0 for any (8554)
  --interface ADDRESS   interface on which they are discovered; may be repeated (127.0.0.1)
  --seed TEXT           the cameras' identities derive from it (gantry-demo)
  --username NAME       login of every camera (admin)
  --password-file PATH  file with the password; without it the demo password "gantry-demo"
`;

/** The first three cameras of the demo; more repeat them. */
const kinds: readonly Partial<VirtualCameraOptions>[] = [
  { kind: 'onvif', video: 'h264', audio: 'pcmu', rtspAuth: 'digest-sha256' },
  { kind: 'onvif', video: 'h264', audio: 'aac', rtspAuth: 'digest' },
  { kind: 'generic', video: 'h264', audio: null, rtspAuth: 'digest' },
];

async function openSite(args: readonly string[]): Promise<VirtualSite> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cameras: { type: 'string', default: '3' },
      network: { type: 'string', default: '127.0.0' },
      'first-host': { type: 'string', default: '11' },
      'onvif-port': { type: 'string', default: '8000' },
      'rtsp-port': { type: 'string', default: '8554' },
      interface: { type: 'string', multiple: true, default: ['127.0.0.1'] },
      seed: { type: 'string', default: 'gantry-demo' },
      username: { type: 'string', default: 'admin' },
      'password-file': { type: 'string' },
    },
  });
  const number = (flag: 'cameras' | 'first-host' | 'onvif-port' | 'rtsp-port', max: number) => {
    const value = Number(values[flag]);
    if (Number.isInteger(value) && value >= 0 && value <= max) return value;
    throw new Error(`--${flag} must be a number from 0 to ${max}, not "${values[flag]}"`);
  };
  const passwordFile = values['password-file'];
  const password = passwordFile === undefined ? 'gantry-demo' : (await readFile(passwordFile, 'utf8')).trim();
  const firstHost = number('first-host', 254);
  return await startVirtualSite({
    cameras: number('cameras', 255 - firstHost),
    seed: values.seed,
    network: values.network,
    firstHost,
    each: {
      username: values.username,
      password,
      onvifPort: number('onvif-port', 65_535),
      rtspPort: number('rtsp-port', 65_535),
      discovery: { interfaces: values.interface },
    },
    one: (index) => kinds[index % kinds.length] ?? {},
  });
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(usage);
    return;
  }
  const site = await openSite(process.argv.slice(2));
  const cameras = site.cameras.map((camera) => ({
    kind: camera.kind,
    name: camera.identity.name,
    address: camera.address,
    rtspUrl: camera.rtspUrl('main'),
    onvifUrl: camera.onvifUrl,
  }));
  const toldToEnd = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    // Started by another program over an IPC channel, it does not outlive that program.
    process.once('disconnect', () => resolve());
  });
  // Whoever reads the line may end the site at once.
  process.stdout.write(`${JSON.stringify({ ready: true, cameras })}\n`);
  await toldToEnd;
  await site.close();
}

try {
  await main();
} catch (error) {
  process.stderr.write(
    `The demo site cannot start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
}
