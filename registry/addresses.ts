import { networkInterfaces } from 'node:os';
import type { Config } from './config.js';

/** Ports as they really are: the configuration may say 0, any. */
export interface Ports {
  http: number;
  mqtt: number;
}

/** How people reach the registry; without a configured URL the address it listens on. */
export function publicUrlOf(config: Pick<Config, 'publicUrl' | 'http'>, ports: Ports): string {
  return config.publicUrl ?? `http://${forUrl(reachable(config.http.host))}:${ports.http}`;
}

/**
 * How agents reach the broker: an outside one as it is configured (without credentials), the one in this process
 * behind TLS through HTTP's port, else by its own port.
 */
export function agentMqttUrlOf(config: Pick<Config, 'publicUrl' | 'http' | 'mqttUrl'>, ports: Ports): string {
  if (config.mqttUrl !== null) {
    const url = new URL(config.mqttUrl);
    url.username = '';
    url.password = '';
    return url.href.replace(/\/$/, '');
  }
  const people = new URL(publicUrlOf(config, ports));
  if (people.protocol === 'https:') return `wss://${people.host}/mqtt`;
  return `mqtt://${people.hostname}:${ports.mqtt}`;
}

/** "Every address" is none to dial: the first of this machine's own is. */
function reachable(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host;
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((address) => !address.internal && address.family === 'IPv4');
  return own?.address ?? '127.0.0.1';
}

const forUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);
