/**
 * Cameras lie about their host: factory defaults, another interface, a previous lease, 0.0.0.0, 127.0.0.1 (Q11,
 * Q12, Q52). So only the scheme, port and path of what a camera says are taken; the host is the one that answered.
 *
 * @param said a URL as a camera wrote it: blanks, line breaks and userinfo are dropped (Q01, Q02, Q52)
 * @param address IP that answered
 * @param schemes accepted, lower case and without colon
 * @returns null when it is no URL of these schemes. `host` is what the camera had said, lower case.
 */
export function atAnsweringAddress(
  said: string,
  address: string,
  schemes: readonly string[],
): { url: string; host: string } | null {
  const match = /^([a-z]+):\/\/([^/?#]*)(.*)$/i.exec(said.replaceAll(/\s+/g, ''));
  if (match === null) return null;
  const [, scheme = '', authority = '', rest = ''] = match;
  if (!schemes.includes(scheme.toLowerCase())) return null;
  // `@` may stand in a password, never in a host: what follows the last one is the host.
  const [, host = '', port = ''] =
    /^(\[[^\]]*\]|[^:]*):?(\d*)/.exec(authority.slice(authority.lastIndexOf('@') + 1)) ?? [];
  const validPort = Number(port) >= 1 && Number(port) <= 65_535 ? `:${Number(port)}` : '';
  const hostName = address.includes(':') ? `[${address}]` : address;
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return { url: `${scheme.toLowerCase()}://${hostName}${validPort}${path}`, host: host.toLowerCase() };
}
