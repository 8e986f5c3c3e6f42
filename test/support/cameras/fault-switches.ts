import type { AnswerFault, Faults } from './faults.js';
import type { Power } from './power.js';

/** Breaks and mends one camera at run time. Switches act at once and stay until switched back. */
export interface FaultSwitches {
  /** Sockets stay open and no byte comes: `media` only, or (true) of RTSP, HTTP and discovery answers too. */
  stall(on: boolean | 'media'): void;
  /** Cuts all RTSP connections now. */
  teardown(): void;
  /** Cuts every RTSP connection after `everyMs`; null: no more. */
  teardownEvery(everyMs: number | null): void;
  /** Answers every new SETUP 453. */
  refuseSessions(on: boolean): void;
  /** Pulls the plug: nothing listens, all connections are cut, no Bye is said. */
  unplug(): Promise<void>;
  /** Same address, ports and identity as before; says Hello. */
  plug(): Promise<void>;
  /** After `failures` wrong logins every login is refused for `forMs`, the right one too (Q43). */
  lockOut(rule: { failures: number; forMs: number } | null): void;
  /** Sets the camera's clock ahead (or, negative, behind). */
  clockAhead(ms: number): void;
  /** XAddrs, stream URIs and snapshot URIs name this host, e.g. `192.168.1.99` or `0.0.0.0`; null: the truth. */
  lieAboutHost(host: string | null): void;
  /** Answers and media come at this pace, e.g. 1; null: full speed. */
  trickle(bytesPerSecond: number | null): void;
  changePassword(password: string): void;
  /** Unplugs the camera and plugs it in at another address; identity and ports stay. */
  moveTo(address: string): Promise<void>;
  /** Spoils SOAP, snapshot and RTSP answers (`endless`: HTTP bodies only). */
  answer(fault: AnswerFault): void;
  /** Answers these SOAP operations with ter:ActionNotSupported, e.g. `GetServices` (Q30); none: all work again. */
  refuseOperations(...names: readonly string[]): void;
  corruptMedia(on: boolean): void;
  /** Shows the sub stream's small picture on the main stream (H.264), from the next key frame of every session on. */
  shrinkPicture(on: boolean): void;
}

export function createFaultSwitches(camera: {
  faults: Faults;
  cut: () => void;
  power: Power;
  moveTo: (address: string) => void;
  setPassword: (password: string) => void;
}): FaultSwitches {
  const { faults, power } = camera;
  return {
    stall: (on) => (faults.stalled = on === 'media' ? 'media' : on ? 'everything' : 'nothing'),
    teardown: camera.cut,
    teardownEvery: (everyMs) => (faults.teardownEveryMs = everyMs),
    refuseSessions: (on) => (faults.refusesSessions = on),
    unplug: () => power.off(),
    plug: () => power.on(),
    lockOut: (rule) => (faults.lockOut = rule),
    clockAhead: (ms) => (faults.clockAheadMs = ms),
    lieAboutHost: (host) => (faults.liesAboutHost = host),
    trickle: (bytesPerSecond) => (faults.bytesPerSecond = bytesPerSecond),
    changePassword: camera.setPassword,
    moveTo: async (address) => {
      await power.off();
      camera.moveTo(address);
      await power.on();
    },
    answer: (fault) => (faults.answers = fault),
    refuseOperations: (...names) => (faults.refusedOperations = new Set(names)),
    corruptMedia: (on) => (faults.mediaIsCorrupt = on),
    shrinkPicture: (on) => (faults.isSmall = on),
  };
}
