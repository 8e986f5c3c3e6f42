import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An ONVIF device that answers each operation with what a test scripted. */
export interface ScriptedDevice {
  url: string;
  /** Operations asked so far, in order. */
  asked: string[];
  /** Largest number of requests that were open at once. */
  mostAtOnce: () => number;
  close(): Promise<void>;
}

/** An envelope, a whole HTTP answer, or null for none at all. */
export type Answer = null | string | { status: number; body: string; headers?: Record<string, string> };
export type Script = Record<string, Answer | ((request: string, http: IncomingMessage) => Answer)>;

/** Starts a device on loopback; an operation that is not scripted gets the standard's fault. */
export async function startScriptedDevice(script: Script): Promise<ScriptedDevice> {
  const asked: string[] = [];
  let open = 0;
  let most = 0;
  const server = createServer((http, response) => {
    open += 1;
    most = Math.max(most, open);
    response.once('close', () => (open -= 1));
    serve(script, asked, http, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/onvif/device_service`,
    asked,
    mostAtOnce: () => most,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(script: Script, asked: string[], http: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = [];
  for await (const chunk of http as AsyncIterable<Buffer>) chunks.push(chunk);
  const request = Buffer.concat(chunks).toString('utf8');
  const operation = /<(?:\w+:)?Body[^>]*><(?:\w+:)?(\w+)/.exec(request)?.[1] ?? '';
  asked.push(operation);
  const scripted =
    operation in script
      ? (script[operation] ?? null)
      : {
          status: 500,
          body: fault('ter:ActionNotSupported', 'not implemented'),
        };
  const answer = typeof scripted === 'function' ? scripted(request, http) : scripted;
  if (answer === null) return;
  const { status, body, headers = {} } = typeof answer === 'string' ? { status: 200, body: answer } : answer;
  response.writeHead(status, { 'content-type': 'application/soap+xml', ...headers }).end(body);
}

/** An envelope with its body. Prefixes are not what the standard uses: no device agrees on them. */
export const envelope = (body: string): string =>
  `<?xml version="1.0"?><E:Envelope xmlns:E="http://www.w3.org/2003/05/soap-envelope"><E:Body>${body}</E:Body></E:Envelope>`;

export const fault = (subcode: string, reason: string): string =>
  envelope(
    `<E:Fault><E:Code><E:Value>E:Sender</E:Value><E:Subcode><E:Value>${subcode}</E:Value></E:Subcode></E:Code>` +
      `<E:Reason><E:Text>${reason}</E:Text></E:Reason></E:Fault>`,
  );

export const dateAnswer = (at: Date): string =>
  envelope(
    '<GetSystemDateAndTimeResponse><SystemDateAndTime><UTCDateTime>' +
      `<Time><Hour>${at.getUTCHours()}</Hour><Minute>${at.getUTCMinutes()}</Minute><Second>${at.getUTCSeconds()}</Second></Time>` +
      `<Date><Year>${at.getUTCFullYear()}</Year><Month>${at.getUTCMonth() + 1}</Month><Day>${at.getUTCDate()}</Day></Date>` +
      '</UTCDateTime></SystemDateAndTime></GetSystemDateAndTimeResponse>',
  );

/** A plain camera of one profile that wants no login; tests overwrite what matters to them. */
export const plainScript = (): Script => ({
  GetSystemDateAndTime: dateAnswer(new Date()),
  GetServices: envelope(
    '<GetServicesResponse><Service><Namespace>http://www.onvif.org/ver10/media/wsdl</Namespace>' +
      '<XAddr>http://10.0.0.1/onvif/media</XAddr></Service></GetServicesResponse>',
  ),
  GetDeviceInformation: envelope(
    '<GetDeviceInformationResponse><Manufacturer>ACME</Manufacturer><Model>One</Model>' +
      '<FirmwareVersion>2.40</FirmwareVersion><SerialNumber>404754734001050102</SerialNumber></GetDeviceInformationResponse>',
  ),
  GetProfiles: envelope(
    `<GetProfilesResponse>${profile('0', { width: 1920, height: 1080 })}</GetProfilesResponse>`,
  ),
  GetStreamUri: streamAnswer('rtsp://10.0.0.1:554/live'),
});

export const streamAnswer = (uri: string): string =>
  envelope(`<GetStreamUriResponse><MediaUri><Uri>${uri}</Uri></MediaUri></GetStreamUriResponse>`);

export function profile(
  token: string,
  o: { source?: string; encoding?: string; width?: number; height?: number; withEncoder?: boolean } = {},
): string {
  const { source = 'VideoSource_1', encoding = 'H264', width = 640, height = 360, withEncoder = true } = o;
  const encoder =
    `<VideoEncoderConfiguration token="e${token}"><Encoding>${encoding}</Encoding>` +
    `<Resolution><Width>${width}</Width><Height>${height}</Height></Resolution>` +
    '<RateControl><FrameRateLimit>25</FrameRateLimit></RateControl></VideoEncoderConfiguration>';
  return (
    `<Profiles token="${token}"><Name>p</Name><VideoSourceConfiguration token="c"><SourceToken>${source}</SourceToken>` +
    `</VideoSourceConfiguration>${withEncoder ? encoder : ''}</Profiles>`
  );
}
