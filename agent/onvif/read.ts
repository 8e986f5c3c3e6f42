import { atAnsweringAddress } from '../answering-address.js';
import type { Clock } from '../clock.js';
import type { Credentials } from '../digest-auth.js';
import type { Log } from '../log.js';
import { cameraTimeMs } from './clock-offset.js';
import { deviceFacts, endpointOf, macsOf, mediaCapability, mediaServices, nameOf } from './device-facts.js';
import { readChannels } from './media.js';
import { emptyReading, type OnvifReading } from './reading.js';
import {
  getCapabilities,
  getDeviceInformation,
  getEndpointReference,
  getNetworkInterfaces,
  getScopes,
  getServices,
  getSystemDateAndTime,
  type OnvifRequest,
} from './requests.js';
import { openSession, type CallResult, type Session } from './session.js';

export interface ReadOptions {
  /** Device service URLs to try, best first. */
  urls: readonly string[];
  /** The IP that answered: host of every URL dialled and returned. */
  address: string;
  credentials: Credentials | null;
  /** Asked before every connection with the host it goes to. */
  mayConnect(host: string): boolean;
  /** For each request; the whole reading takes at most twelve times as long. */
  timeoutMs: number;
  signal?: AbortSignal;
  clock: Clock;
  log: Log;
}

const callsInTotal = 12;

/**
 * Reads who an ONVIF device is and which streams it has: time → services → identity (the login check) → network →
 * media. One request at a time. The login is tried once (see Session). Never rejects for what a camera
 * does; what could not be read is null or missing.
 */
export async function readOnvifDevice(o: ReadOptions): Promise<OnvifReading> {
  const session = openSession({
    credentials: o.credentials,
    mayConnect: (host) => o.mayConnect(host),
    timeoutMs: o.timeoutMs,
    totalTimeoutMs: callsInTotal * o.timeoutMs,
    signal: o.signal,
    clock: o.clock,
  });
  const reading = await readWith(session, o);
  o.log.debug(
    { address: o.address, outcome: reading.outcome, detail: reading.detail },
    'read an ONVIF device',
  );
  return reading;
}

async function readWith(session: Session, o: ReadOptions): Promise<OnvifReading> {
  const found = await findDevice(session, o);
  if (found.kind === 'none') return found.reading;
  const { url: deviceUrl, clockOffsetMs } = found;
  const ask = (request: OnvifRequest): Promise<CallResult> => session.call(deviceUrl, request);

  const openServices = await ask(getServices());
  const identity = await ask(getDeviceInformation());
  if (identity.kind === 'unauthorized') {
    // Who it is some tell everybody: asked bare, so that no login is tried once more.
    const bare = await session.callBare(deviceUrl, getEndpointReference());
    const endpoint = bare.kind === 'response' ? endpointOf(bare.element) : null;
    return { ...emptyReading('needs_login', loginDetail(session, identity.detail)), clockOffsetMs, endpoint };
  }
  const reading = { ...emptyReading('no_stream', ''), clockOffsetMs };
  if (identity.kind === 'response') Object.assign(reading, deviceFacts(identity.element));

  const fromResponse = async <Fact>(
    request: OnvifRequest,
    take: (element: CallElement) => Fact,
    otherwise: Fact,
  ) => {
    const result = await ask(request);
    return result.kind === 'response' ? take(result.element) : otherwise;
  };
  reading.endpoint = await fromResponse(getEndpointReference(), endpointOf, null);
  reading.macs = await fromResponse(getNetworkInterfaces(), macsOf, []);
  reading.name = await fromResponse(getScopes(), nameOf, null);

  // Services are readable without a login by the standard; who refuses them is asked again now that it worked.
  const listed = openServices.kind === 'unauthorized' ? await ask(getServices()) : openServices;
  let services = listed.kind === 'response' ? mediaServices(listed.element) : { media1: null, media2: null };
  if (services.media1 === null && services.media2 === null) {
    services = await fromResponse(getCapabilities(), mediaCapability, services);
  }

  const media = await readChannels(session, { ...services, deviceUrl, address: o.address });
  if (media.kind === 'unauthorized') {
    return { ...reading, outcome: 'needs_login', detail: loginDetail(session, media.detail) };
  }
  if (media.channels.length === 0) return { ...reading, outcome: 'no_stream', detail: media.detail };
  return { ...reading, outcome: 'ready', detail: '', channels: media.channels };
}

type CallElement = Extract<CallResult, { kind: 'response' }>['element'];

/** The first URL at which an ONVIF device service answers, and the camera's clock. */
async function findDevice(
  session: Session,
  { urls, address, clock }: ReadOptions,
): Promise<
  { kind: 'device'; url: string; clockOffsetMs: number | null } | { kind: 'none'; reading: OnvifReading }
> {
  const candidates = urls.flatMap((said) => atAnsweringAddress(said, address, ['http', 'https'])?.url ?? []);
  let answeredOtherwise: string | null = null;
  let lastFailure = 'no address is known at which it could be asked';
  for (const url of new Set(candidates)) {
    // Bare: a login before the camera's time is known would be refused for its age and count as a wrong one.
    const result = await session.callBare(url, getSystemDateAndTime());
    const offsetMs = offsetOf(result, session, clock);
    switch (result.kind) {
      case 'response':
      case 'unauthorized':
      case 'fault':
        session.setClockOffset(offsetMs ?? 0);
        return { kind: 'device', url, clockOffsetMs: offsetMs };
      case 'not_soap':
      case 'not_http':
      case 'too_large':
        answeredOtherwise = result.detail;
        break;
      case 'forbidden':
      case 'unreachable':
      case 'timeout':
        lastFailure = result.detail;
        break;
      case 'stopped':
        return {
          kind: 'none',
          reading: emptyReading('unreachable', 'Reading the camera was stopped before its end.'),
        };
      default:
        return result satisfies never;
    }
  }
  const reading =
    answeredOtherwise === null
      ? emptyReading('unreachable', `${address} gives no ONVIF answer: ${lastFailure}.`)
      : emptyReading('not_onvif', `${address} answers, but not as an ONVIF device: ${answeredOtherwise}.`);
  return { kind: 'none', reading };
}

/** Some cameras want a login for the time (Q35) or leave it out (Q36): then the HTTP date serves. */
function offsetOf(result: CallResult, session: Session, clock: Clock): number | null {
  const timeMs = result.kind === 'response' ? cameraTimeMs(result.element) : null;
  return timeMs === null ? session.httpClockOffsetMs() : timeMs - clock.wallMs();
}

function loginDetail(session: Session, hint: string): string {
  const login = session.login();
  const why =
    login === 'rejected'
      ? 'The camera refused this user name and password'
      : login === 'none_given'
        ? 'The camera wants a user name and password'
        : login === 'unanswered'
          ? 'The camera gave no answer to the login'
          : 'This user may not read what the camera is asked for';
  return hint === '' ? `${why}.` : `${why}; ${hint}.`;
}
