import type { Socket } from 'node:net';
import { openDoor, type Door } from './door.js';
import type { DiscoveryResponder } from './ws-discovery.js';

/** Where a camera stands in the network; ports it was given as 0 are filled in when it is first plugged in. */
export interface Place {
  address: string;
  rtspPort: number;
  onvifPort: number;
}

/** A camera's plug: opens and closes all it listens on. */
export interface Power {
  on(): Promise<void>;
  /** Without a goodbye; every connection is cut. */
  off(): Promise<void>;
  /** Says Bye, where there is somebody to say it. */
  bye(): Promise<void>;
}

export function createPower(
  place: Place,
  listeners: {
    rtsp: (socket: Socket) => void;
    /** Null on a camera that does not speak ONVIF. */
    onvif: ((socket: Socket) => void) | null;
    discovery: (() => Promise<DiscoveryResponder>) | null;
  },
): Power {
  let doors: Door[] = [];
  let discovery: DiscoveryResponder | null = null;

  const off = async () => {
    const closing = [...doors.map((door) => door.close()), ...(discovery ? [discovery.close()] : [])];
    doors = [];
    discovery = null;
    await Promise.all(closing);
  };
  const open = async (port: number, accept: (socket: Socket) => void) => {
    const door = await openDoor(place.address, port, accept);
    doors.push(door);
    return door.port;
  };
  return {
    off,
    async on() {
      if (doors.length > 0) return;
      try {
        place.rtspPort = await open(place.rtspPort, listeners.rtsp);
        if (listeners.onvif) place.onvifPort = await open(place.onvifPort, listeners.onvif);
        discovery = listeners.discovery ? await listeners.discovery() : null;
        await discovery?.hello();
      } catch (error) {
        await off();
        throw error;
      }
    },
    bye: async () => await discovery?.bye(),
  };
}
