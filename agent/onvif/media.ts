import { atAnsweringAddress } from '../answering-address.js';
import { descendantsNamed } from '../xml.js';
import { planChannels, type ChannelPlan } from './channels.js';
import type { MediaServices } from './device-facts.js';
import { readProfiles, type Profile } from './profiles.js';
import type { OnvifChannel, OnvifStream } from './reading.js';
import {
  getProfiles,
  getSnapshotUri,
  getStreamUri,
  type MediaVersion,
  type OnvifRequest,
} from './requests.js';
import type { CallResult, Session } from './session.js';

export type MediaReading =
  { kind: 'channels'; channels: OnvifChannel[]; detail: string } | { kind: 'unauthorized'; detail: string };

interface Service {
  version: MediaVersion;
  /** Where to call it, best first. */
  urls: string[];
}

/** Profiles asked for a main stream before a channel is given up. */
const maxMainTries = 3;

/**
 * Channels and streams of a device: Media2 first because only it knows H.265, then Media1. A Media2 that fails or lists
 * profiles without configurations (Q31, Q51) is passed over.
 */
export async function readChannels(
  session: Session,
  o: MediaServices & { deviceUrl: string; address: string },
): Promise<MediaReading> {
  const services = serviceUrls(o);
  let unauthorized: string | null = null;
  let detail = 'The device offers no media service.';
  let bare: { service: Service; profiles: Profile[] } | null = null;
  for (const service of services) {
    const result = await callService(session, service, getProfiles(service.version));
    if (result.kind === 'unauthorized') unauthorized = result.detail;
    if (result.kind !== 'response') {
      detail = `The device lists no video profiles: ${result.detail}.`;
      continue;
    }
    const profiles = readProfiles(result.element);
    if (profiles.some(({ encoder }) => encoder !== null))
      return readStreams(session, service, profiles, o.address);
    if (profiles.length > 0) bare ??= { service, profiles };
    else detail = 'The device has no video profile: create one in its own web page.';
  }
  if (bare !== null) return readStreams(session, bare.service, bare.profiles, o.address);
  return unauthorized === null
    ? { kind: 'channels', channels: [], detail }
    : { kind: 'unauthorized', detail: unauthorized };
}

/** Media1 is tried at the device service when nothing is announced: some cameras answer everything there. */
function serviceUrls(o: MediaServices & { deviceUrl: string; address: string }): Service[] {
  const at = (said: string | null): string[] => {
    const corrected = said === null ? null : atAnsweringAddress(said, o.address, ['http', 'https']);
    if (corrected === null) return [];
    // A forwarded port: the device's own port is not the one that answered (Q12).
    const path = new URL(corrected.url);
    const answering = new URL(o.deviceUrl);
    return [...new Set([corrected.url, `${answering.origin}${path.pathname}${path.search}`])];
  };
  const media1 = at(o.media1);
  const services: Service[] = [
    { version: 2, urls: at(o.media2) },
    { version: 1, urls: media1.length > 0 || o.media2 !== null ? media1 : [o.deviceUrl] },
  ];
  return services.filter(({ urls }) => urls.length > 0);
}

/** Calls at the first URL that answers and stays there. */
async function callService(session: Session, service: Service, request: OnvifRequest): Promise<CallResult> {
  let last: CallResult = { kind: 'not_soap', detail: 'it has no address' };
  for (const url of service.urls) {
    last = await session.call(url, request);
    if (last.kind === 'response' || last.kind === 'fault' || last.kind === 'unauthorized') {
      service.urls = [url];
      return last;
    }
  }
  return last;
}

async function readStreams(
  session: Session,
  service: Service,
  profiles: readonly Profile[],
  address: string,
): Promise<MediaReading> {
  const channels: OnvifChannel[] = [];
  let detail = 'The device gives no stream address for its video profiles.';
  for (const plan of planChannels(profiles)) {
    const main = await firstStream(session, service, plan.main.slice(0, maxMainTries), 'main', address);
    if (main.stream === null) {
      detail = `The device gives no stream address: ${main.detail}.`;
      if (main.hopeless) break;
      continue;
    }
    const { profileToken } = main.stream;
    const sub = await firstStream(session, service, subCandidates(plan, profileToken), 'sub', address);
    channels.push({
      channel: plan.channel,
      sourceToken: plan.sourceToken,
      streams: sub.stream === null ? [main.stream] : [main.stream, sub.stream],
      snapshotUrl: await snapshotUrl(session, service, profileToken, address),
    });
  }
  return { kind: 'channels', channels, detail };
}

const subCandidates = (plan: ChannelPlan, mainToken: string): Profile[] =>
  plan.sub.filter(({ token }) => token !== mainToken).slice(0, 1);

/** The stream of the first profile that gives one. `hopeless`: the device stopped answering, asking on is useless. */
async function firstStream(
  session: Session,
  service: Service,
  candidates: readonly Profile[],
  role: OnvifStream['role'],
  address: string,
): Promise<{ stream: OnvifStream | null; detail: string; hopeless: boolean }> {
  let detail = 'no profile is usable';
  for (const profile of candidates) {
    const result = await callService(session, service, getStreamUri(service.version, profile.token));
    if (result.kind !== 'response') {
      detail = result.detail;
      if (result.kind === 'timeout' || result.kind === 'unreachable' || result.kind === 'stopped') {
        return { stream: null, detail, hopeless: true };
      }
      continue;
    }
    const url = uriIn(result.element, address, ['rtsp', 'rtsps']);
    if (url === null) {
      detail = 'what it gives is no RTSP address';
      continue;
    }
    const { encoder, audio, token } = profile;
    return {
      stream: {
        role,
        url,
        video: encoder?.video ?? 'unknown',
        audio,
        width: encoder?.width ?? null,
        height: encoder?.height ?? null,
        frameRate: encoder?.frameRate ?? null,
        profileToken: token,
      },
      detail: '',
      hopeless: false,
    };
  }
  return { stream: null, detail, hopeless: false };
}

async function snapshotUrl(
  session: Session,
  service: Service,
  profileToken: string,
  address: string,
): Promise<string | null> {
  const result = await callService(session, service, getSnapshotUri(service.version, profileToken));
  return result.kind === 'response' ? uriIn(result.element, address, ['http', 'https']) : null;
}

/** The URI may be nested twice, broken over lines, carry a login and name another host (Q52). */
function uriIn(
  element: Extract<CallResult, { kind: 'response' }>['element'],
  address: string,
  schemes: string[],
) {
  const said = descendantsNamed(element, 'Uri').find(({ text }) => text !== '');
  return said === undefined ? null : (atAnsweringAddress(said.text, address, schemes)?.url ?? null);
}
