import { version } from '../version.js';
import type { App } from './api.js';
import { documentPath } from './verbs.js';

/** What proves who asks: one of them, except for routes that say `security: []`. */
const securitySchemes = {
  session: { type: 'apiKey', in: 'cookie', name: '__Host-gantry_session', description: 'Of POST /sessions' },
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key, or a token that an agent signs' },
} as const;
const security = [{ session: [] }, { bearer: [] }];

/** The API as an OpenAPI 3.1 document, made from the routes themselves. */
export function describeApi(app: App): Record<string, unknown> {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Gantry registry',
      version,
      description:
        'Errors are problem+json (RFC 9457) with a stable `code`. Sign in at `/api/v1/sessions` (cookie), or send ' +
        'an API key as bearer token. Lists answer `{items, next}`; send `next` back as `cursor`.',
    },
  });
  const paths = Object.entries(document.paths ?? {}).map(
    ([path, item]) => [documentPath(path), item] as const,
  );
  paths.sort(([a], [b]) => (a < b ? -1 : 1));
  const components = { ...document.components, securitySchemes };
  return { ...document, security, components, paths: Object.fromEntries(paths) };
}
