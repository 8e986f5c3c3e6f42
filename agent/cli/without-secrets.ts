const shapes: readonly [RegExp, string][] = [
  [/gantry1_[\w-]+/g, '[join token]'],
  [/([a-z]+:\/\/)[^\s/@"]+@/gi, '$1[login]@'],
  [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '[signed token]'],
  [/(bearer|digest|basic) +[\w+/=.-]{8,}/gi, '$1 [removed]'],
];

/**
 * A text without the secrets that are known, as they are and as they stand in JSON or a URL, and without whatever
 * looks like a token or a login. Pure.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const written = secrets
    .filter((secret) => secret.length > 0)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .toSorted((a, b) => b.length - a.length);
  const known = written.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text);
  return shapes.reduce((clean, [shape, mark]) => clean.replaceAll(shape, mark), known);
}
