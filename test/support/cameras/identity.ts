import { createHash } from 'node:crypto';

/** What a camera says about itself; nothing of it depends on its address. */
export interface Identity {
  manufacturer: string;
  model: string;
  firmware: string;
  serial: string;
  hardwareId: string;
  /** As GetNetworkInterfaces writes it, e.g. `00:00:5e:12:34:56`. */
  mac: string;
  /** WS-Discovery endpoint reference, verbatim. */
  endpoint: string;
  name: string;
  location: string;
}

/**
 * The identity of camera number `index` of a site: always the same for the same seed, never shared by two.
 * MAC addresses lie in the IANA block 00:00:5E, which is no camera vendor's.
 */
export function deriveIdentity(seed: string, index: number): Identity {
  const hash = createHash('sha256').update(`${seed}/${index}`).digest('hex');
  const uuid = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `5${hash.slice(13, 16)}`,
    `a${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ];
  return {
    manufacturer: 'Gantry Virtual',
    model: 'VC-640',
    firmware: '1.0.0 build 260101',
    serial: `VC640${hash.slice(32, 42).toUpperCase()}`,
    hardwareId: '1.0',
    mac: ['00', '00', '5e', hash.slice(42, 44), hash.slice(44, 46), hash.slice(46, 48)].join(':'),
    endpoint: `urn:uuid:${uuid.join('-')}`,
    name: `Virtual camera ${index + 1}`,
    location: 'test site',
  };
}

/** The scopes of WS-Discovery and GetScopes; names are percent-encoded (Q14). */
export function scopesOf(identity: Identity, profiles: readonly string[]): string[] {
  return [
    'onvif://www.onvif.org/type/video_encoder',
    'onvif://www.onvif.org/type/Network_Video_Transmitter',
    ...profiles.map((profile) => `onvif://www.onvif.org/Profile/${profile}`),
    `onvif://www.onvif.org/hardware/${encodeURIComponent(identity.model)}`,
    `onvif://www.onvif.org/name/${encodeURIComponent(identity.name)}`,
    `onvif://www.onvif.org/location/${encodeURIComponent(identity.location)}`,
  ];
}
