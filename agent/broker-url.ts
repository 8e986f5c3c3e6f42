import type { AgentConfig } from './config.js';

/**
 * Where the uplink connects: where the registry says, or through the registry's own HTTP port (MQTT over WebSocket,
 * path `/mqtt`), which hardly any network blocks and which a proxy lets through. Pure.
 */
export function brokerUrl(
  { transport, proxy }: Pick<AgentConfig, 'transport' | 'proxy'>,
  known: { mqttUrl: string; registryUrl: string },
): string {
  const throughRegistry = `${known.registryUrl.replace(/^http/, 'ws').replace(/\/+$/, '')}/mqtt`;
  switch (transport) {
    case 'auto':
      return proxy === undefined || isWebSocket(known.mqttUrl) ? known.mqttUrl : throughRegistry;
    case 'wss':
      return throughRegistry;
    case 'mqtt':
      return known.mqttUrl;
    default:
      return transport satisfies never;
  }
}

/** WebSockets go through a proxy, plain MQTT does not. Pure. */
export const isWebSocket = (url: string): boolean => /^wss?:/.test(url);
