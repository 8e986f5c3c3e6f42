import { createHash } from 'node:crypto';
import onvif from 'onvif';
import type { Credentials } from '../digest-auth.js';
import { escapeXml } from '../xml.js';

/** A SOAP request without its security header. */
export interface OnvifRequest {
  /** `GetProfiles`; the answer's element is this with `Response`. */
  operation: string;
  /** Value of the content type's `action`. */
  action: string;
  envelope: string;
}

/** The one method of the package's camera through which all its calls leave; its types do not name it. */
const outlet = '_request';

/**
 * The only importer of `onvif` (0.8.3). The package knows what to write to a camera — both media services and
 * their differences — and that is what it is used for: each of its calls composes an envelope, which is caught here
 * at its outlet. It does not carry or read: its own transport has no overall deadline (120 s per socket
 * silence), no size limit, dials whatever host a camera names and retries logins; its reader turns an 18-digit serial
 * and a firmware "2.40" into numbers (Q23) and throws on answers without the expected shape. Its WS-Security
 * header is left out too: user names are not escaped, passwords are cut to ASCII.
 */
function compose(call: (camera: onvif.Cam) => void, media2 = false): OnvifRequest {
  const camera = new onvif.Cam({ hostname: '', autoconnect: false, useWSSecurity: false });
  camera.media2Support = media2;
  let envelope = '';
  Object.defineProperty(camera, outlet, {
    value: ({ body }: { body: string }) => {
      envelope = body;
    },
  });
  call(camera);
  return requestOf(envelope);
}

function requestOf(envelope: string): OnvifRequest {
  const [, operation = '', namespace = ''] = /<s:Body[^>]*><(\w+) xmlns="([^"]+)"/.exec(envelope) ?? [];
  return { operation, action: `${namespace}/${operation}`, envelope };
}

const ignore = () => undefined;

export type MediaVersion = 1 | 2;

export const getSystemDateAndTime = (): OnvifRequest =>
  compose((camera) => camera.getSystemDateAndTime(ignore));
export const getServices = (): OnvifRequest => compose((camera) => camera.getServices(false, ignore));
export const getCapabilities = (): OnvifRequest => compose((camera) => camera.getCapabilities(ignore));
export const getDeviceInformation = (): OnvifRequest =>
  compose((camera) => camera.getDeviceInformation(ignore));
export const getNetworkInterfaces = (): OnvifRequest =>
  compose((camera) => camera.getNetworkInterfaces(ignore));
export const getScopes = (): OnvifRequest => compose((camera) => camera.getScopes(ignore));

/** Not among the package's calls. ONVIF Device Management §8.1.21: the UUID that discovery announces. */
export const getEndpointReference = (): OnvifRequest =>
  requestOf(
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header></s:Header><s:Body>' +
      '<GetEndpointReference xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>',
  );

export const getProfiles = (media: MediaVersion): OnvifRequest =>
  compose((camera) => camera.getProfiles(ignore), media === 2);

/** RTSP over TCP. The token comes from a camera, so it is escaped. */
export const getStreamUri = (media: MediaVersion, profileToken: string): OnvifRequest =>
  compose(
    (camera) => camera.getStreamUri({ protocol: 'RTSP', profileToken: escapeXml(profileToken) }, ignore),
    media === 2,
  );

export const getSnapshotUri = (media: MediaVersion, profileToken: string): OnvifRequest =>
  compose((camera) => camera.getSnapshotUri({ profileToken: escapeXml(profileToken) }, ignore), media === 2);

const wsse = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const wsu = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const tokenProfile = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0';
const messageSecurity = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0';

/**
 * The envelope with a WS-UsernameToken: digest = SHA-1(nonce + created + password) (WSS UsernameToken Profile §3.1).
 *
 * @param atMs the camera's time, epoch ms: cameras refuse tokens outside a narrow window (Q42)
 * @param nonce 16 fresh random bytes: cameras refuse replays
 */
export function withUsernameToken(
  request: OnvifRequest,
  credentials: Credentials,
  atMs: number,
  nonce: Uint8Array,
): string {
  const created = new Date(atMs).toISOString();
  const digest = createHash('sha1')
    .update(nonce)
    .update(created)
    .update(credentials.password, 'utf8')
    .digest('base64');
  const security =
    `<wsse:Security s:mustUnderstand="1" xmlns:wsse="${wsse}" xmlns:wsu="${wsu}"><wsse:UsernameToken>` +
    `<wsse:Username>${escapeXml(credentials.username)}</wsse:Username>` +
    `<wsse:Password Type="${tokenProfile}#PasswordDigest">${digest}</wsse:Password>` +
    `<wsse:Nonce EncodingType="${messageSecurity}#Base64Binary">${Buffer.from(nonce).toString('base64')}</wsse:Nonce>` +
    `<wsu:Created>${created}</wsu:Created>` +
    '</wsse:UsernameToken></wsse:Security>';
  return request.envelope.includes('</s:Header>')
    ? request.envelope.replace('</s:Header>', () => `${security}</s:Header>`)
    : request.envelope.replace('<s:Body', () => `<s:Header>${security}</s:Header><s:Body`);
}
