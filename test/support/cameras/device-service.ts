import { scopesOf, type Identity } from './identity.js';
import { namespaces, type Operation, type Service } from './soap.js';
import { escapeXml } from './xml.js';

export const servicePaths = {
  tds: '/onvif/device_service',
  trt: '/onvif/media_service',
  tr2: '/onvif/media2_service',
  tev: '/onvif/event_service',
} as const satisfies Partial<Record<Service, string>>;

/** What the ONVIF services say about one camera. Addresses are asked for anew: they may move, or lie. */
export interface DeviceView {
  identity: Identity;
  hasMedia2: boolean;
  /** `http://host:port` as the camera names itself. */
  origin: () => string;
  address: () => string;
  /** The camera's clock, UTC. */
  cameraMs: () => number;
}

/** ONVIF core: the operations answered without a login (access class PRE_AUTH, Core Specification §5.9.4.3). */
export const openOperations: ReadonlySet<string> = new Set([
  'GetSystemDateAndTime',
  'GetServices',
  'GetServiceCapabilities',
  'GetCapabilities',
  'GetHostname',
  'GetWsdlUrl',
  'GetEndpointReference',
]);

export function discoveryScopes(device: Pick<DeviceView, 'identity' | 'hasMedia2'>): string[] {
  return scopesOf(device.identity, device.hasMedia2 ? ['Streaming', 'T'] : ['Streaming']);
}

export function deviceService(device: DeviceView): Record<string, Operation> {
  const { identity } = device;
  const xaddr = (service: keyof typeof servicePaths) => `${device.origin()}${servicePaths[service]}`;
  const offered = (['tds', 'trt', 'tr2', 'tev'] as const).filter(
    (service) => service !== 'tr2' || device.hasMedia2,
  );

  return {
    GetSystemDateAndTime: () => {
      const now = new Date(device.cameraMs());
      const time = `<tt:Time><tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second></tt:Time>`;
      const date = `<tt:Date><tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day></tt:Date>`;
      return `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>UTC0</tt:TZ></tt:TimeZone><tt:UTCDateTime>${time}${date}</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`;
    },
    GetDeviceInformation: () => {
      const field = (name: string, value: string) => `<tds:${name}>${escapeXml(value)}</tds:${name}>`;
      return `<tds:GetDeviceInformationResponse>${field('Manufacturer', identity.manufacturer)}${field('Model', identity.model)}${field('FirmwareVersion', identity.firmware)}${field('SerialNumber', identity.serial)}${field('HardwareId', identity.hardwareId)}</tds:GetDeviceInformationResponse>`;
    },
    GetServices: () => {
      const services = offered.map(
        (service) =>
          `<tds:Service><tds:Namespace>${namespaces[service]}</tds:Namespace><tds:XAddr>${xaddr(service)}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>`,
      );
      return `<tds:GetServicesResponse>${services.join('')}</tds:GetServicesResponse>`;
    },
    GetCapabilities: () =>
      `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>${xaddr('tds')}</tt:XAddr></tt:Device><tt:Events><tt:XAddr>${xaddr('tev')}</tt:XAddr><tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport><tt:WSPullPointSupport>true</tt:WSPullPointSupport><tt:WSPausableSubscriptionManagerInterfaceSupport>false</tt:WSPausableSubscriptionManagerInterfaceSupport></tt:Events><tt:Media><tt:XAddr>${xaddr('trt')}</tt:XAddr><tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast><tt:RTP_TCP>true</tt:RTP_TCP><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`,
    GetScopes: () => {
      const scopes = discoveryScopes(device).map(
        (scope) =>
          `<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>${scope}</tt:ScopeItem></tds:Scopes>`,
      );
      return `<tds:GetScopesResponse>${scopes.join('')}</tds:GetScopesResponse>`;
    },
    GetHostname: () =>
      `<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP><tt:Name>${escapeXml(identity.name.replace(/[^A-Za-z0-9-]+/g, '-'))}</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>`,
    GetEndpointReference: () =>
      `<tds:GetEndpointReferenceResponse><tds:GUID>${escapeXml(identity.endpoint)}</tds:GUID></tds:GetEndpointReferenceResponse>`,
    GetNetworkInterfaces: () =>
      `<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled><tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>${escapeXml(identity.mac)}</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info><tt:IPv4><tt:Enabled>true</tt:Enabled><tt:Config><tt:Manual><tt:Address>${device.address()}</tt:Address><tt:PrefixLength>24</tt:PrefixLength></tt:Manual><tt:DHCP>false</tt:DHCP></tt:Config></tt:IPv4></tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>`,
  };
}
