import type { InventoryCamera, Registration } from '@gantry/protocol/camera.js';
import type { AgentId } from '@gantry/protocol/ids.js';
import type { LiveTold, LiveWish } from '@gantry/protocol/live.js';
import type { Heartbeat, Request } from '@gantry/protocol/messages.js';
import type { SetupAnswer, SetupRequest } from '@gantry/protocol/setup.js';
import type { DesiredState, ReportedCamera, StatePosition } from '@gantry/protocol/state.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Backoff } from '../retry.js';
import type { EventStore } from './event-queue.js';
import type { GapSource } from './gap-report.js';

export type UplinkState =
  | { kind: 'connecting' }
  /** The registry itself has answered the birth. */
  | { kind: 'connected'; sinceMs: number }
  | { kind: 'waiting'; why: 'denied' | 'unreachable' | 'lost'; detail: string };

export interface UplinkOptions {
  url: string;
  proxy?: string | undefined;
  agentId: AgentId;
  agentVersion: string;
  hostname: string;
  platform: string;
  bootId: string;
  /** How often the agent was started with its key. */
  bootCount: number;
  /** A fresh device token for each connection. */
  password: () => Promise<string>;
  /** Runs before each try; told how the last one failed. */
  beforeConnect: (lastFailure: 'denied' | 'unreachable' | 'lost' | null) => Promise<void>;
  positions: () => { accepted: StatePosition; applied: StatePosition };
  spool: () => Heartbeat['spool'];
  /** Null until the site was surveyed once. */
  inventory: () => { hash: string; cameras: readonly InventoryCamera[] } | null;
  reported: () => readonly ReportedCamera[];
  gaps: GapSource;
  /** Where events wait over a restart. */
  events: EventStore;
  onDesired: (state: DesiredState) => void;
  onRequest: (request: Request) => void;
  /** A person at the registry asks something of this site. */
  onSetup: (request: SetupRequest) => void;
  onLive: (wish: LiveWish) => void;
  onRegistrations: (results: readonly Registration[]) => void;
  onClockSample: (sample: {
    sentMonotonicMs: number;
    receivedMonotonicMs: number;
    registryAtMs: number;
  }) => void;
  onState: (state: UplinkState) => void;
  newNonce: () => string;
  clock: Clock;
  random: () => number;
  log: Log;
  heartbeatMs?: number;
  resendMs?: number;
  backoff?: Backoff;
}

export interface Uplink {
  inventoryChanged(): void;
  /** Sends the whole inventory, also an unchanged one. */
  announce(): void;
  /** Recorder states or positions changed; sent within 100 ms, several changes in one message. */
  reportedChanged(): void;
  gapsChanged(): void;
  setup(answer: Omit<SetupAnswer, 'session'>): void;
  event(kind: string, cameraId: string | null, detail: string): void;
  /** Once, to whoever is connected: a wish that still stands is said again. */
  live(told: Omit<LiveTold, 'session'>): void;
  state(): UplinkState;
  /** Downlink payloads that could not be read since the start. */
  malformedCount(): number;
  /** Says goodbye and disconnects. */
  close(): Promise<void>;
}
