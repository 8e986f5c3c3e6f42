const browsers = [
  [/\bEdg\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\//, 'Firefox'],
  [/\bChrom(?:e|ium)\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*Safari\//, 'Safari'],
  [/^gantry-registry\//, 'gantry-registry'],
] as const;
const systems = [
  [/\biPhone|iPad\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
] as const;

/**
 * "Firefox, Linux" from a user agent, which browsers make alike on purpose: the first that fits counts, so
 * those that pretend to be others stand before them. Null when nothing fits.
 */
export function browserOf(userAgent: string | null): { name: string | null; phone: boolean } {
  const find = (list: readonly (readonly [RegExp, string])[]): string | undefined =>
    list.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
  const system = find(systems);
  const name = [find(browsers), system].filter((part) => part !== undefined).join(', ');
  return { name: name === '' ? null : name, phone: system === 'iOS' || system === 'Android' };
}
