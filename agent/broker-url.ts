import type { AgentConfig } from './config.js';

/**
 * Where the uplink connects: where the registry says, or through the registry's own HTTP port (MQTT over WebSocket,
 * path `/mqtt`), which hardly any network blocks. Pure.
 */
export function brokerUrl(
  transport: AgentConfig['transport'],
  known: { mqttUrl: string; registryUrl: string },
): string {
  switch (transport) {
    case 'auto':
      return known.mqttUrl;
    case 'wss':
      return `${known.registryUrl.replace(/^http/, 'ws').replace(/\/+$/, '')}/mqtt`;
    default:
      return transport satisfies never;
  }
}
