/**
 * Acts on a resource stand after a colon: `POST /tenants/{id}:disable` (https://google.aip.dev/136). The router
 * cannot split inside a segment, so the colon travels as a slash between {@link routingPath} and
 * {@link documentPath}; routes are declared as `/tenants/{id}/disable`.
 */
export const verbs: readonly string[] = [
  'disable',
  'enable',
  'bind',
  'unbind',
  'setPlan',
  'tag',
  'import',
  'move',
  'cancel',
  'release',
  'poll',
  'approve',
  'reject',
  'revoke',
  'reportStolen',
  'replace',
  'forgetReplaced',
  'offer',
  'withdraw',
  'accept',
  'decline',
  'settle',
  'export',
  'verify',
  'test',
  'retry',
  'complete',
];

const spoken = new RegExp(`:(${verbs.join('|')})$`);
const declared = new RegExp(`/(${verbs.join('|')})$`);

/** What the router sees for a requested path. */
export const routingPath = (path: string): string => path.replace(spoken, '/$1');

/** What the OpenAPI document says for a declared path; the inverse of {@link routingPath}. */
export const documentPath = (path: string): string => path.replace(declared, ':$1');
