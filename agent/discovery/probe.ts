import { escapeXml } from '../xml.js';

/** [WS-Discovery 5.2, ONVIF Core 7.3] */
export const multicastAddress = '239.255.255.250';
export const multicastPort = 3702;

/** What a probe asks for: a video transmitter, any ONVIF device, anything at all; devices differ in what they answer (Q13). */
export const probeTypes = ['dn:NetworkVideoTransmitter', 'tds:Device', null] as const;
export type ProbeType = (typeof probeTypes)[number];

const wsAddressing = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const discovery = 'http://schemas.xmlsoap.org/ws/2005/04/discovery';

/** Without line breaks: some Hikvision cameras answer nothing else (field notes, Discovery). */
const envelope = (action: 'Probe' | 'Resolve', messageId: string, body: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"' +
  ` xmlns:w="${wsAddressing}"` +
  ` xmlns:d="${discovery}"` +
  ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"' +
  ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl">' +
  '<e:Header>' +
  `<w:MessageID>uuid:${messageId}</w:MessageID>` +
  '<w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>' +
  `<w:Action e:mustUnderstand="true">${discovery}/${action}</w:Action>` +
  '</e:Header>' +
  `<e:Body><d:${action}>${body}</d:${action}></e:Body>` +
  '</e:Envelope>';

/** @param messageId a fresh UUID without prefix */
export const probeMessage = (messageId: string, type: ProbeType): string =>
  envelope('Probe', messageId, type === null ? '' : `<d:Types>${type}</d:Types>`);

/**
 * Asks a device that announced itself without an address for one (WS-Discovery §6.1, Q08).
 *
 * @param endpoint its reference as it wrote it
 */
export const resolveMessage = (messageId: string, endpoint: string): string =>
  envelope(
    'Resolve',
    messageId,
    `<w:EndpointReference><w:Address>${escapeXml(endpoint)}</w:Address></w:EndpointReference>`,
  );
