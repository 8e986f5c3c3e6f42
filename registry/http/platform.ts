import { createRoute, z } from '@hono/zod-openapi';
import { requirePlatform } from '../access/letters.js';
import type { Context } from '../context.js';
import { Failure } from '../errors.js';
import type { Carrier } from '../mail/carrier.js';
import { sendTestLetter } from '../mail/test-letter.js';
import { readLoad } from '../platform/load.js';
import { reach, reachSteps } from '../platform/reach.js';
import { version } from '../version.js';
import { jsonAnswer, newResource, problems, requireAdmin, signedIn, time, type App } from './api.js';

/** What the registry leans on, as it was set when it started. */
export interface Surroundings {
  startedAt: Date;
  storage: 'filesystem' | 's3';
  database: 'embedded' | 'external';
  broker: 'embedded' | 'external';
  /** Agents connected to the broker of this process; null: it is another's. */
  sessions: () => number | null;
  addressLookup: string;
  carrier: Carrier;
}

const platform = z
  .object({
    version: z.string(),
    node: z.string(),
    startedAt: time,
    publicUrl: z.string(),
    storage: z.enum(['filesystem', 's3']),
    /** `folder`: no SMTP server is set; letters are files of the registry. */
    letters: z.enum(['mailbox', 'folder']),
    addressLookup: z.string(),
    tenants: z.object({ integrators: z.int(), customers: z.int() }),
    cameras: z.object({ registered: z.int(), recording: z.int() }),
    agents: z.object({
      enrolled: z.int(),
      online: z.int(),
      versions: z.array(z.object({ version: z.string(), agents: z.int() })),
    }),
    database: z.object({
      kind: z.enum(['embedded', 'external']),
      sizeBytes: z.int(),
      connections: z.int(),
    }),
    broker: z.object({
      kind: z.enum(['embedded', 'external']),
      /** Agents connected at this moment; null where the broker is another process's. */
      sessions: z.int().nullable(),
    }),
    eventsLastMinute: z.int(),
    operationsRunning: z.int(),
  })
  .openapi('Platform');

const getRoute = createRoute({
  method: 'get',
  path: '/platform',
  operationId: 'getPlatform',
  summary: 'How much the registry holds and carries, its versions and settings; for the platform',
  responses: { 200: jsonAnswer(platform, 'As of now'), ...problems(...signedIn) },
});

const reached = z
  .object({
    url: z.string(),
    /** Up to the first that fails: does the name resolve, is the port open, does the certificate hold, is it we. */
    steps: z.array(z.object({ step: z.enum(reachSteps), ok: z.boolean(), detail: z.string() })),
  })
  .openapi('Reachability');

const reachRoute = createRoute({
  method: 'get',
  path: '/platform/reachability',
  operationId: 'testPublicUrl',
  summary: 'Go the way to the public URL, and say at which step it fails; for the platform',
  responses: { 200: jsonAnswer(reached, 'How far the way goes'), ...problems(...signedIn) },
});

const tested = z
  .object({
    recipient: z.string(),
    /** `folder`: no SMTP server is set; the letter is a file of the registry. */
    goesTo: z.enum(['mailbox', 'folder']),
    /** Why it was not taken, in the words of the mail server; null when it was. */
    error: z.string().nullable(),
  })
  .openapi('TestLetter');

const mailRoute = createRoute({
  method: 'post',
  path: '/mail/test',
  operationId: 'testMail',
  summary: 'Send a letter to yourself and hear what the mail server said; for the platform',
  responses: { 200: jsonAnswer(tested, 'What became of it'), ...problems(...signedIn) },
});

/** The registry as whoever runs it sees it (ux P1, P27). */
export function platformResource(ctx: Context, around: Surroundings): App {
  const resource = newResource();
  resource.openapi(getRoute, async (c) => {
    requirePlatform(requireAdmin(c));
    const { database, ...load } = await readLoad(ctx.db);
    return c.json(
      {
        version,
        node: process.version,
        startedAt: around.startedAt.toISOString(),
        publicUrl: ctx.publicUrl(),
        storage: around.storage,
        letters: around.carrier.keepsWords ? ('folder' as const) : ('mailbox' as const),
        addressLookup: around.addressLookup,
        ...load,
        database: { kind: around.database, ...database },
        broker: { kind: around.broker, sessions: around.sessions() },
      },
      200,
    );
  });
  resource.openapi(reachRoute, async (c) => {
    requirePlatform(requireAdmin(c));
    const url = ctx.publicUrl();
    return c.json({ url, steps: await reach(url) }, 200);
  });
  resource.openapi(mailRoute, async (c) => {
    const principal = requireAdmin(c);
    requirePlatform(principal);
    if (principal.kind !== 'user')
      throw new Failure('forbidden', 'A test letter goes to the person who asks; an API key has no mailbox.');
    const { email, name, memberships } = principal;
    const tenantId =
      memberships.find(({ kind }) => kind === 'platform')?.tenantId ?? memberships[0]?.tenantId;
    if (tenantId === undefined) throw new Failure('forbidden', 'Only the platform tries its mail.');
    return c.json(await sendTestLetter(ctx, around.carrier, { tenantId, email, name }), 200);
  });
  return resource;
}
