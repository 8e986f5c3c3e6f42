import { execFileSync, spawnSync } from 'node:child_process';

/** Null when network namespaces can be made here, else why not. */
export function namespacesRefused(): string | null {
  const name = `gantry-try-${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (made.error) return 'the program `ip` (Debian: iproute2) is missing';
  if (made.status !== 0) return `network namespaces are not allowed here: ${made.stderr.trim()}`;
  spawnSync('ip', ['netns', 'del', name]);
  return null;
}

export interface TwoNetworks {
  /** Stands in both networks, a bridge in each: `10.77.1.1` and `10.77.2.1`. */
  agent: string;
  /** One per network, addresses `10.77.N.11` to `.19`. */
  cameras: readonly [string, string];
  close(): void;
}

/** A site as installers meet it: one box, two networks of cameras that do not see each other. */
export function makeTwoNetworks(): TwoNetworks {
  const names = ['agent', 'cams1', 'cams2'].map((part) => `gantry-${process.pid}-${part}`);
  const [agent, first, second] = names as [string, string, string];
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const within = (namespace: string, ...args: string[]) => ip('-n', namespace, ...args);
  const close = () => {
    for (const name of names) spawnSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
  };
  try {
    for (const name of names) {
      ip('netns', 'add', name);
      within(name, 'link', 'set', 'lo', 'up');
    }
    for (const [index, cameras] of [first, second].entries()) {
      const network = `10.77.${index + 1}`;
      const bridge = `lan${index + 1}`;
      const port = `port${index + 1}`;
      within(agent, 'link', 'add', bridge, 'type', 'bridge');
      within(agent, 'addr', 'add', `${network}.1/24`, 'dev', bridge);
      within(agent, 'link', 'set', bridge, 'up');
      within(agent, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', cameras);
      within(agent, 'link', 'set', port, 'master', bridge);
      within(agent, 'link', 'set', port, 'up');
      for (let host = 11; host < 20; host += 1)
        within(cameras, 'addr', 'add', `${network}.${host}/24`, 'dev', 'eth0');
      within(cameras, 'link', 'set', 'eth0', 'up');
    }
  } catch (error) {
    close();
    throw error;
  }
  return { agent, cameras: [first, second], close };
}
