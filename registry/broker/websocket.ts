import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';

/** Where agents reach the broker through HTTP's port. */
export const mqttPath = '/mqtt';

/** One WebSocket message may carry several MQTT packets; each packet has its own, lower limit. */
const maxMessageBytes = 256 * 1024;

export interface MqttUpgrades {
  /** Takes an upgrade request to `/mqtt`; false when it is for somebody else. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  close(): void;
}

/** MQTT over WebSocket (MQTT 3.1.1 §6): each connection is handed on as a byte stream. */
export function createMqttUpgrades(accept: (stream: Duplex, address: string) => void): MqttUpgrades {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  return {
    handleUpgrade: (request, socket, head) => {
      const path = (request.url ?? '').split('?', 1)[0];
      if (path !== mqttPath) return false;
      server.handleUpgrade(request, socket, head, (webSocket) => {
        accept(createWebSocketStream(webSocket), request.socket.remoteAddress ?? '');
      });
      return true;
    },
    close: () => {
      for (const webSocket of server.clients) webSocket.terminate();
      server.close();
    },
  };
}
