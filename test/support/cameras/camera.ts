import { createDoorkeeper, type Authentication } from './authentication.js';
import { completeOptions, type StreamRole, type VirtualCameraOptions } from './camera-options.js';
import { frameRate } from './clip.js';
import { newCounters, type Counters } from './counters.js';
import { deviceService, discoveryScopes, servicePaths, type DeviceView } from './device-service.js';
import { createEvents } from './event-service.js';
import { createFaultSwitches, type FaultSwitches } from './fault-switches.js';
import { noFaults } from './faults.js';
import { deriveIdentity, type Identity } from './identity.js';
import { createLogins } from './logins.js';
import { media2Service, mediaService } from './media-service.js';
import { createOnvifServer } from './onvif-server.js';
import { offerOf } from './offer.js';
import { createPower, type Place } from './power.js';
import { createRtspServer } from './rtsp-server.js';
import { loadSharedMedia, type SharedMedia } from './shared-media.js';
import { startDiscovery } from './ws-discovery.js';
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
  const media = shared ?? (await loadSharedMedia());
  const identity = { ...deriveIdentity(options.address, 0), ...options.identity };
  const faults = noFaults();
  const counters = newCounters();
  const logins = createLogins({ ...options, faults, counters });
  const cameraMs = () => options.wallMs() + faults.clockAheadMs;

  const at: Place = { address: options.address, rtspPort: options.rtspPort, onvifPort: options.onvifPort };
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

  const { streams, profiles } = offerOf(options, media, {
    name: identity.name,
    address: () => at.address,
    isSmall: () => faults.isSmall,
    streamUri: (channel, role) => rtspUrl(ownHost(), channel, role),
    snapshotUri: (channel) => `${device.origin()}${snapshotPath(channel)}`,
  });

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
    pacer: media.pacer,
    frameRate,
    sessionsMax: options.rtspSessionsMax,
    wallMs: cameraMs,
  });
  const mediaView = { frameRate, profiles };
  const events = createEvents(device, { subscriptionsMax: options.pullPointsMax });
  const onvif = createOnvifServer({
    ...options,
    operations: {
      tds: deviceService(device),
      trt: mediaService(mediaView),
      ...(options.media2 ? { tr2: media2Service(mediaView) } : {}),
      tev: events.operations,
      wsnt: events.operations,
    },
    login: options.onvifLogin,
    doorkeeper: createDoorkeeper({ ...options, authentication: options.httpAuth, logins, qop: 'auth' }),
    logins,
    checkToken: createTokenCheck({ logins, createdWindowMs: options.createdWindowMs, cameraMs }),
    snapshot: (path) =>
      profiles.some(({ channel }) => path === snapshotPath(channel)) ? media.clips.snapshot : null,
    faults,
    counters,
  });

  const isOnvif = options.kind === 'onvif';
  const { discovery } = options;
  const power = createPower(at, {
    rtsp: (socket) => rtsp.accept(socket),
    onvif: isOnvif ? (socket) => onvif.emit('connection', socket) : null,
    discovery:
      isOnvif && discovery
        ? () =>
            startDiscovery({
              address: at.address,
              interfaces: discovery.interfaces,
              endpoint: identity.endpoint,
              scopes: discoveryScopes(device),
              types: options.types,
              xaddrs: () => options.xaddrs(`${device.origin()}${servicePaths.tds}`),
              isAnswering: () => faults.stalled !== 'everything',
              onProbeAnswered: () => (counters.probesAnswered += 1),
              random: options.random,
            })
        : null,
  });
  await power.on();

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
      power,
      moveTo: (address) => (at.address = address),
      setPassword: (password) => (logins.password = password),
    }),
    counters,
    motion: (channel, isMotion) => events.motion(channel, isMotion),
    close: async () => {
      await power.bye();
      await power.off();
    },
  };
}

/** Old MD5 cameras know no qop (RFC 2069); those with SHA-256 always have it. */
function rtspQop(authentication: Authentication): 'auth' | null {
  return authentication === 'digest-sha256' || authentication === 'digest-both' ? 'auth' : null;
}
