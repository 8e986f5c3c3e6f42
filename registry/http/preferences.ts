import { cameraId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from '../context.js';
import { changePreferences, languages, readPreferences, themes } from '../preferences/preferences.js';
import {
  etagOf,
  jsonAnswer,
  jsonBody,
  newResource,
  problems,
  requireUser,
  requireVersion,
  signedIn,
  versioned,
  type App,
} from './api.js';
import { bareText, isTimeZone, text } from './texts.js';

const fields = {
  /** Null: the browser's. */
  language: z.enum(languages).nullable(),
  theme: z.enum(themes),
  /** IANA name; null: the browser's. */
  timeZone: z
    .string()
    .max(100)
    .refine(isTimeZone, { message: 'must be a time zone such as Europe/Berlin' })
    .nullable(),
  /** Lists as the person likes to see them. */
  views: z
    .array(
      z.strictObject({
        name: text(100),
        page: bareText(100),
        search: bareText(2_000),
      }),
    )
    .max(50),
  /** How the person likes to see each list; a list that is not named is shown as the product has it. */
  lists: z
    .array(
      z.strictObject({
        page: bareText(100),
        /** Keys of the columns that are shown, where there is room. */
        columns: z.array(bareText(40)).max(40),
        dense: z.boolean(),
      }),
    )
    .max(30),
  /** Cameras of the home page, in order; those that may not be seen are left out of answers. */
  home: z.strictObject({ columns: z.int().min(1).max(8), cameras: z.array(cameraId).max(64) }).nullable(),
};
const preferences = z
  .object({
    ...fields,
    home: z.object({ columns: z.int(), cameras: z.array(z.string()) }).nullable(),
    version: z.int(),
  })
  .openapi('Preferences');
const answer = { ...jsonAnswer(preferences, 'What was chosen'), headers: z.object({ etag: z.string() }) };

const getRoute = createRoute({
  method: 'get',
  path: '/me/preferences',
  operationId: 'getPreferences',
  summary: 'What you chose for the portal',
  responses: { 200: answer, ...problems(...signedIn) },
});

const patchRoute = createRoute({
  method: 'patch',
  path: '/me/preferences',
  operationId: 'changePreferences',
  summary: 'Choose something for the portal; what is left out stays',
  request: {
    headers: z.object({
      'if-match': z.string().optional().openapi({ description: 'The version you read: its ETag' }),
    }),
    ...jsonBody(z.strictObject(fields).partial()),
  },
  responses: { 200: answer, ...problems(...versioned) },
});

/** A person's own settings (R54). */
export function preferencesResource(ctx: Pick<Context, 'db'>): App {
  return newResource()
    .openapi(getRoute, async (c) => {
      const { version, chosen } = await readPreferences(ctx.db, requireUser(c));
      c.header('etag', etagOf(version));
      return c.json({ ...chosen, version }, 200);
    })
    .openapi(patchRoute, async (c) => {
      const { version, chosen } = await changePreferences(
        ctx,
        requireUser(c),
        requireVersion(c),
        c.req.valid('json') as Parameters<typeof changePreferences>[3],
      );
      c.header('etag', etagOf(version));
      return c.json({ ...chosen, version }, 200);
    });
}
