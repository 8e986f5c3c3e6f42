/** [WS-Discovery 5.2, ONVIF Core 7.3] */
export const multicastAddress = '239.255.255.250';
export const multicastPort = 3702;

/** What a probe asks for: a video transmitter, any ONVIF device, anything at all; devices differ in what they answer (Q13). */
export const probeTypes = ['dn:NetworkVideoTransmitter', 'tds:Device', null] as const;
export type ProbeType = (typeof probeTypes)[number];

/**
 * One Probe. Without line breaks: some Hikvision cameras answer nothing else (field notes, Discovery).
 *
 * @param messageId a fresh UUID without prefix
 */
export function probeMessage(messageId: string, type: ProbeType): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"' +
    ' xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"' +
    ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"' +
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl">' +
    '<e:Header>' +
    `<w:MessageID>uuid:${messageId}</w:MessageID>` +
    '<w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>' +
    '<w:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action>' +
    '</e:Header>' +
    `<e:Body><d:Probe>${type === null ? '' : `<d:Types>${type}</d:Types>`}</d:Probe></e:Body>` +
    '</e:Envelope>'
  );
}
