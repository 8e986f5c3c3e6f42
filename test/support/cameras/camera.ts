import { createDoorkeeper, type Authentication } from './authentication.js';
import { completeOptions, type StreamRole, type VirtualCameraOptions } from './camera-options.js';
import { frameRate } from './clip.js';
import { newCounters, type Counters } from './counters.js';
import { deviceService, discoveryScopes, servicePaths, type DeviceView } from './device-service.js';
import { openDoor, type Door } from './door.js';
import { createEvents } from './event-service.js';
import { createFaultSwitches, type FaultSwitches } from './fault-switches.js';
import { noFaults } from './faults.js';
import { deriveIdentity, type Identity } from './identity.js';
import { createLogins } from './logins.js';
import { media2Service, mediaService, type Profile } from './media-service.js';
import { createOnvifServer } from './onvif-server.js';
import { createRtspServer } from './rtsp-server.js';
import type { Stream } from './rtsp-viewer.js';
import { describe } from './sdp.js';
import { loadSharedMedia, type SharedMedia } from './shared-media.js';
import { startDiscovery, type DiscoveryResponder } from './ws-discovery.js';
import { createTokenCheck } from './ws-security.js';

export interface VirtualCamera {
  kind: 'onvif' | 'generic';
  identity: Identity;
  username: string;
  /** The password now. */
  readonly password: string;
  readonly address: string;
  readonly rtspPort: number;
  /** Null on a generic camera. */
  readonly onvifPort: number | null;
  /** The device service; null on a generic camera. */
  readonly onvifUrl: string | null;
  readonly snapshotUrl: string | null;
  /** Without credentials. */
  rtspUrl(role?: StreamRole, channel?: number): string;
  /** With user name and password, percent-encoded. */
  rtspUrlWithLogin(role?: StreamRole, channel?: number): string;
  faults: FaultSwitches;
  counters: Readonly<Counters>;
  /** Tells ONVIF subscribers that motion begins or ends. */
  motion(channel: number, isMotion: boolean): void;
  close(): Promise<void>;
}

/**
 * Starts one camera; every option has a default. Cameras of one process should share clips and pacer
 * ({@link loadSharedMedia}). Rejects with a sentence for a person when a port is taken.
 */
export async function startVirtualCamera(
  given: Partial<VirtualCameraOptions> = {},
  shared?: SharedMedia,
): Promise<VirtualCamera> {
  const options = completeOptions(given);
  const { clips, tracks, pacer } = shared ?? (await loadSharedMedia());
  const identity = { ...deriveIdentity(options.address, 0), ...options.identity };
  const faults = noFaults();
  const counters = newCounters();
  const logins = createLogins({ ...options, faults, counters });
  const cameraMs = () => options.wallMs() + faults.clockAheadMs;

  const at = { address: options.address, rtspPort: options.rtspPort, onvifPort: options.onvifPort };
  const ownHost = () => faults.liesAboutHost ?? at.address;
  const rtspUrl = (host: string, channel: number, role: StreamRole) =>
    `rtsp://${host}:${at.rtspPort}${options.streamPath(channel, role)}`;
  const snapshotPath = (channel: number) => `/onvif/snapshot/${channel}.jpg`;
  const device: DeviceView = {
    identity,
    hasMedia2: options.media2,
    origin: () => `http://${ownHost()}:${at.onvifPort}`,
    address: () => at.address,
    cameraMs,
  };

  const audio = options.audio === null ? null : clips.audio[options.audio];
  const sound = options.audio === null ? null : tracks.audio[options.audio];
  const feeds = [
    { role: 'main', video: clips.main[options.video], track: tracks.main[options.video] },
    { role: 'sub', video: clips.sub, track: tracks.sub },
  ] as const;
  const channels = Array.from({ length: options.channels }, (_, index) => index + 1);
  const streams = channels.flatMap((channel) =>
    feeds.map(({ role, video, track }): Stream => {
      const name = `${identity.name}, ${role}`;
      const sdp = describe({
        name,
        address: at.address,
        frameRate,
        video,
        videoTrack: track,
        audio,
        audioTrack: sound,
      });
      return { path: options.streamPath(channel, role), tracks: sound ? [track, sound] : [track], sdp };
    }),
  );
  const profiles = channels.flatMap((channel) =>
    feeds.map(({ role, video }): Profile => ({
      token: `Profile_${channel}0${role === 'main' ? 1 : 2}`,
      name: `${role}Stream`,
      channel,
      video,
      audio,
      streamUri: () => rtspUrl(ownHost(), channel, role),
      snapshotUri: () => `${device.origin()}${snapshotPath(channel)}`,
    })),
  );

  const rtsp = createRtspServer({
    ...options,
    streams,
    doorkeeper: createDoorkeeper({
      ...options,
      authentication: options.rtspAuth,
      logins,
      qop: rtspQop(options.rtspAuth),
    }),
    faults,
    counters,
    pacer,
    frameRate,
    sessionsMax: options.rtspSessionsMax,
    wallMs: cameraMs,
  });
  const media = { frameRate, profiles };
  const events = createEvents(device, { subscriptionsMax: options.pullPointsMax });
  const onvif = createOnvifServer({
    ...options,
    operations: {
      tds: deviceService(device),
      trt: mediaService(media),
      ...(options.media2 ? { tr2: media2Service(media) } : {}),
      tev: events.operations,
      wsnt: events.operations,
    },
    login: options.onvifLogin,
    doorkeeper: createDoorkeeper({ ...options, authentication: options.httpAuth, logins, qop: 'auth' }),
    logins,
    checkToken: createTokenCheck({ logins, createdWindowMs: options.createdWindowMs, cameraMs }),
    snapshot: (path) => (channels.some((channel) => path === snapshotPath(channel)) ? clips.snapshot : null),
    faults,
    counters,
  });

  let doors: Door[] = [];
  let discovery: DiscoveryResponder | null = null;

  const unplug = async () => {
    const closing = [...doors.map((door) => door.close()), ...(discovery ? [discovery.close()] : [])];
    doors = [];
    discovery = null;
    await Promise.all(closing);
  };
  const plug = async () => {
    if (doors.length > 0) return;
    try {
      const rtspDoor = await openDoor(at.address, at.rtspPort, (socket) => rtsp.accept(socket));
      doors.push(rtspDoor);
      at.rtspPort = rtspDoor.port;
      if (options.kind === 'generic') return;
      const onvifDoor = await openDoor(at.address, at.onvifPort, (socket) =>
        onvif.emit('connection', socket),
      );
      doors.push(onvifDoor);
      at.onvifPort = onvifDoor.port;
      if (!options.discovery) return;
      discovery = await startDiscovery({
        address: at.address,
        interfaces: options.discovery.interfaces,
        endpoint: identity.endpoint,
        scopes: discoveryScopes(device),
        types: options.types,
        xaddrs: () => `${device.origin()}${servicePaths.tds}`,
        isAnswering: () => faults.stalled !== 'everything',
        onProbeAnswered: () => (counters.probesAnswered += 1),
        uuid: () => uuidOf(options.random(16)),
      });
      await discovery.hello();
    } catch (error) {
      await unplug();
      throw error;
    }
  };
  await plug();

  const isOnvif = options.kind === 'onvif';
  const httpOrigin = () => `http://${at.address}:${at.onvifPort}`;
  return {
    kind: options.kind,
    identity,
    username: options.username,
    get password() {
      return logins.password;
    },
    get address() {
      return at.address;
    },
    get rtspPort() {
      return at.rtspPort;
    },
    get onvifPort() {
      return isOnvif ? at.onvifPort : null;
    },
    get onvifUrl() {
      return isOnvif ? `${httpOrigin()}${servicePaths.tds}` : null;
    },
    get snapshotUrl() {
      return isOnvif ? `${httpOrigin()}${snapshotPath(1)}` : null;
    },
    rtspUrl: (role = 'main', channel = 1) => rtspUrl(at.address, channel, role),
    rtspUrlWithLogin: (role = 'main', channel = 1) => {
      const login = [logins.username, logins.password].map(encodeURIComponent).join(':');
      return rtspUrl(`${login}@${at.address}`, channel, role);
    },
    faults: createFaultSwitches({
      faults,
      cut: () => rtsp.cut(),
      unplug,
      plug,
      moveTo: (address) => (at.address = address),
      setPassword: (password) => (logins.password = password),
    }),
    counters,
    motion: (channel, isMotion) => events.motion(channel, isMotion),
    close: async () => {
      await discovery?.bye();
      await unplug();
    },
  };
}

/** Old MD5 cameras know no qop (RFC 2069); those with SHA-256 always have it. */
function rtspQop(authentication: Authentication): 'auth' | null {
  return authentication === 'digest-sha256' || authentication === 'digest-both' ? 'auth' : null;
}

function uuidOf(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
