import { networkInterfaces } from 'node:os';
import onvif from 'onvif';

const { Discovery } = onvif;

/** The discovery of `onvif` 0.8.3, asked once on each interface: a line with the address of every device it tells of. */
Discovery.on('device', (_device: unknown, from: { address: string }) => {
  process.stdout.write(`${from.address}\n`);
});
// Without a listener, one malformed answer ends the process.
Discovery.on('error', () => undefined);
for (const [device, addresses = []] of Object.entries(networkInterfaces())) {
  if (addresses.some(({ family, internal }) => family === 'IPv4' && !internal)) Discovery.probe({ device });
}
