import { version } from '../version.js';
import type { App } from './api.js';
import { exampleOf, type JsonSchema } from './examples.js';
import { documentPath } from './verbs.js';

/** What proves who asks: one of them, except for routes that say `security: []`. */
const securitySchemes = {
  session: { type: 'apiKey', in: 'cookie', name: '__Host-gantry_session', description: 'Of POST /sessions' },
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key, or a token that an agent signs' },
} as const;
const security = [{ session: [] }, { bearer: [] }];

/** As much of an operation as examples are put into. */
interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema?: JsonSchema; example?: unknown }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}
type Content = Record<string, { schema?: JsonSchema; example?: unknown }>;

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
  const schemas = (document.components?.schemas ?? {}) as Record<string, JsonSchema>;
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => {
    for (const operation of Object.values(item)) addExamples(operation as Operation, path, schemas);
    return [documentPath(path), item] as const;
  });
  paths.sort(([a], [b]) => (a < b ? -1 : 1));
  const components = { ...document.components, securitySchemes };
  return { ...document, security, components, paths: Object.fromEntries(paths) };
}

const jsonType = 'application/json';

/** One example of what is sent, and one of the answer when it succeeds. */
function addExamples(operation: Operation, path: string, schemas: Record<string, JsonSchema>): void {
  const owner = ownerOf(path);
  for (const parameter of operation.parameters ?? []) {
    if (!parameter.required) continue;
    const about = { name: parameter.name, owner, sparse: true };
    parameter.example ??= exampleOf(parameter.schema ?? {}, schemas, about);
  }
  const sent = operation.requestBody?.content[jsonType];
  const answered = Object.entries(operation.responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, answer]) => answer.content?.[jsonType]);
  for (const [content, sparse] of [[sent, true] as const, ...answered.map((one) => [one, false] as const)]) {
    if (content?.schema === undefined) continue;
    content.example ??= exampleOf(content.schema, schemas, { name: '', owner, sparse });
  }
}

/** Whose `id` stands in a path: `/api/v1/tenants/{id}/modules` → `tenant`, `/legal-holds` → `legalHold`. */
const ownerOf = (path: string): string =>
  (path.split('/')[3] ?? '')
    .replace(/s$/, '')
    .replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
