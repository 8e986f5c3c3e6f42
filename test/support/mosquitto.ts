import { mosquittoAcl } from '@gantry/registry/broker/acl.js';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** Null where mosquitto is not installed: such stories skip. */
export const mosquittoProgram =
  ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/usr/local/sbin/mosquitto'].find(existsSync) ?? null;

export interface OutsideBroker {
  /** As agents reach it. */
  url: string;
  /** As the registry reaches it, with the user its access list knows. */
  registryUrl: string;
  close(): Promise<void>;
}

/** An outside broker with the access list the registry generates for it. */
export async function startMosquitto(): Promise<OutsideBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-mosquitto-'));
  // mosquitto gives up root for its own user before it reads the file.
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'acl'), mosquittoAcl('gantry-registry'), { mode: 0o644 });
  const port = await freePort();
  const config = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'retain_available false',
    'persistence false',
    `acl_file ${join(folder, 'acl')}`,
  ];
  await writeFile(join(folder, 'mosquitto.conf'), config.join('\n'), { mode: 0o644 });
  const server = spawn(mosquittoProgram as string, ['-c', join(folder, 'mosquitto.conf')], {
    stdio: 'ignore',
  });
  const exited = once(server, 'exit');
  await until(() => answers(port), { what: 'mosquitto to listen' });
  return {
    url: `mqtt://127.0.0.1:${port}`,
    registryUrl: `mqtt://gantry-registry:secret@127.0.0.1:${port}`,
    close: async () => {
      server.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
