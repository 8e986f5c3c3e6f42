import { normaliseEndpoint, normaliseMac } from '../device-ids.js';
import { childAt, childrenNamed, descendantsNamed, textAt, type XmlElement } from '../xml.js';

/** Who a device says it is. Everything as text: serials have 18 digits, firmware is "2.40" (Q23); parts may lack (Q25). */
export interface DeviceFacts {
  manufacturer: string | null;
  model: string | null;
  firmware: string | null;
  serial: string | null;
  hardwareId: string | null;
}

const maxText = 200;
const fact = (element: XmlElement, name: string): string | null =>
  textAt(element, name)?.slice(0, maxText) ?? null;

export const deviceFacts = (response: XmlElement): DeviceFacts => ({
  manufacturer: fact(response, 'Manufacturer'),
  model: fact(response, 'Model'),
  firmware: fact(response, 'FirmwareVersion'),
  serial: fact(response, 'SerialNumber'),
  hardwareId: fact(response, 'HardwareId'),
});

/** MAC addresses of a GetNetworkInterfacesResponse, enabled interfaces first, each once, at most four (Q24). */
export function macsOf(response: XmlElement): string[] {
  const interfaces = childrenNamed(response, 'NetworkInterfaces');
  const enabled = interfaces.filter((one) => textAt(one, 'Enabled') !== 'false');
  const macs = [...enabled, ...interfaces].flatMap(
    (one) => normaliseMac(textAt(one, 'Info', 'HwAddress')) ?? [],
  );
  return [...new Set(macs)].slice(0, 4);
}

/** Endpoint reference of a GetEndpointReferenceResponse in normal form. */
export const endpointOf = (response: XmlElement): string | null =>
  normaliseEndpoint(textAt(response, 'GUID'));

/** The name in a GetScopesResponse, percent-decoded where that works (Q14). */
export function nameOf(response: XmlElement): string | null {
  const prefix = 'onvif://www.onvif.org/name/';
  const scope = descendantsNamed(response, 'ScopeItem')
    .map(({ text }) => text)
    .find((text) => text.startsWith(prefix) && text.length > prefix.length);
  if (scope === undefined) return null;
  const value = scope.slice(prefix.length);
  try {
    return decodeURIComponent(value).trim().slice(0, maxText) || null;
  } catch {
    return value.slice(0, maxText);
  }
}

/** Where the media services are, as the device wrote it; null when it does not offer one. */
export interface MediaServices {
  media1: string | null;
  media2: string | null;
}

/** From GetServicesResponse. The order of the list means nothing (Q31). */
export function mediaServices(response: XmlElement): MediaServices {
  return {
    media1: serviceAddress(response, 'http://www.onvif.org/ver10/media/wsdl'),
    media2: serviceAddress(response, 'http://www.onvif.org/ver20/media/wsdl'),
  };
}

function serviceAddress(response: XmlElement, namespace: string): string | null {
  const service = childrenNamed(response, 'Service').find((one) => textAt(one, 'Namespace') === namespace);
  return service === undefined ? null : textAt(service, 'XAddr');
}

/** Where the event service is, from GetServicesResponse or GetCapabilitiesResponse, as the device wrote it. */
export const eventService = (response: XmlElement): string | null =>
  serviceAddress(response, 'http://www.onvif.org/ver10/events/wsdl') ??
  textAt(response, 'Capabilities', 'Events', 'XAddr');

/** From GetCapabilitiesResponse, for devices older than GetServices (Q30); it knows no Media2. */
export const mediaCapability = (response: XmlElement): MediaServices => ({
  media1: textAt(childAt(response, 'Capabilities', 'Media'), 'XAddr'),
  media2: null,
});
