import { tenantId } from '@gantry/protocol/ids.js';
import { createRoute, z } from '@hono/zod-openapi';
import { requirePlatform } from '../access/letters.js';
import { scopeOf } from '../access/principal.js';
import { changeLook } from '../branding/change.js';
import { contrast, isReadable, nearestReadable, onColor, shadesOf, textColors } from '../branding/colors.js';
import { mostImageBytes } from '../branding/image.js';
import {
  findImage,
  lookOfHost,
  readLook,
  type Look,
  type OwnLook,
  type TenantLook,
} from '../branding/look.js';
import type { Context } from '../context.js';
import { scopedRead } from '../db/row-security.js';
import { notFound } from '../errors.js';
import { requireTenant } from '../tenancy/tenants.js';
import {
  actorOf,
  byId,
  etagOf,
  jsonAnswer,
  jsonBody,
  newResource,
  open,
  problems,
  requireActing,
  requireAdmin,
  requireVersion,
  versioned,
  type App,
} from './api.js';

const contact = z.strictObject({
  email: z.email().max(254).nullable(),
  phone: z.string().trim().max(50).nullable(),
  url: z
    .url({ protocol: /^https$/ })
    .max(500)
    .nullable(),
});
const look = z
  .object({
    name: z.string(),
    primaryColor: z.string(),
    /** Ten, light to dark, of equal steps to the eye; the seventh is the primary colour. */
    shades: z.array(z.string()),
    /** Of what is written on the primary colour. */
    onColor: z.string(),
    /** The primary colour as that of text: readable on every surface of the scheme. */
    text: z.object({ light: z.string(), dark: z.string() }),
    support: contact,
    /** Paths of images; null: the product's own. */
    logo: z.string().nullable(),
    favicon: z.string().nullable(),
  })
  .openapi('Look');
const branding = z
  .object({
    /** How it looks: of each thing the choice nearest above. */
    effective: look,
    /** How it would look without a choice of its own. */
    inherited: look,
    /** What this tenant chose itself; null is inherited. */
    own: z.object({
      name: z.string().nullable(),
      primaryColor: z.string().nullable(),
      support: contact.nullable(),
      mailSender: z.string().nullable(),
      host: z.string().nullable(),
      logo: z.string().nullable(),
      favicon: z.string().nullable(),
    }),
    version: z.int(),
  })
  .openapi('Branding');

const params = z.object({ id: tenantId });
const shown = { ...jsonAnswer(branding, 'How it looks'), headers: z.object({ etag: z.string() }) };
/** A data URL grows by a third. */
const image = z
  .string()
  .max(Math.ceil((mostImageBytes * 4) / 3) + 100)
  .nullable();
const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, 'must be one line')
  .nullable();

const hostRoute = createRoute({
  ...open,
  method: 'get',
  path: '/branding',
  operationId: 'getBrandingOfHost',
  summary: 'How the pages before sign-in look under a host name',
  request: { query: z.object({ host: z.string().max(253) }) },
  responses: {
    200: jsonAnswer(look, 'The look; the platform’s for a name nobody has'),
    ...problems('invalid'),
  },
});

const colorRoute = createRoute({
  ...open,
  method: 'get',
  path: '/branding/colors',
  operationId: 'tryBrandColor',
  summary: 'Whether a colour can be a brand’s, the nearest that can, and how that looks',
  request: {
    query: z.object({
      color: z
        .string()
        .regex(/^[0-9a-fA-F]{6}$/)
        .openapi({ example: '1c5fb8' }),
    }),
  },
  responses: {
    200: jsonAnswer(
      z
        .object({
          /** To white, 1 to 21; 4.5 is needed. */
          contrast: z.number(),
          readable: z.boolean(),
          /** The colour itself where it is readable. */
          nearest: z.string(),
          /** Of the nearest, as in a look. */
          shades: z.array(z.string()),
          onColor: z.string(),
          text: z.object({ light: z.string(), dark: z.string() }),
        })
        .openapi('BrandColor'),
      'What becomes of it',
    ),
    ...problems('invalid'),
  },
});

const imageRoute = createRoute({
  ...open,
  method: 'get',
  path: '/branding/images/{hash}',
  operationId: 'getBrandingImage',
  summary: 'A logo or favicon',
  request: { params: z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/) }) },
  responses: {
    200: {
      description: 'PNG or SVG',
      content: { 'image/png': { schema: z.string().meta({ format: 'binary' }) } },
    },
    ...problems('not_found'),
  },
});

const getRoute = createRoute({
  method: 'get',
  path: '/tenants/{id}/branding',
  operationId: 'getBranding',
  summary: 'How a tenant looks, and what of it is its own choice',
  request: { params },
  responses: { 200: shown, ...problems(...byId) },
});

const patchRoute = createRoute({
  method: 'patch',
  path: '/tenants/{id}/branding',
  operationId: 'changeBranding',
  summary: 'Change how an integrator and all below it look; null inherits again',
  request: {
    params,
    headers: z.object({
      'if-match': z.string().optional().openapi({ description: 'The version you read: its ETag' }),
    }),
    ...jsonBody(
      z
        .strictObject({
          name,
          primaryColor: z
            .string()
            .regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #1c5fb8')
            .nullable(),
          support: contact.nullable(),
          mailSender: name,
          /** The platform alone gives host names. */
          host: z
            .string()
            .max(253)
            .regex(
              /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
              'must be a host name, lower case',
            )
            .nullable(),
          /** `data:image/png;base64,…` or SVG without programs and outside references, at most 200 KiB. */
          logo: image,
          favicon: image,
        })
        .partial(),
    ),
  },
  responses: { 200: shown, ...problems(...versioned) },
});

const imagePath = (hash: string | null): string | null =>
  hash === null ? null : `/api/v1/branding/images/${hash}`;
const withImages = <Shown extends Pick<OwnLook, 'logo' | 'favicon'>>(one: Shown): Shown => ({
  ...one,
  logo: imagePath(one.logo),
  favicon: imagePath(one.favicon),
});
export function lookToJson(shown: Look): z.infer<typeof look> {
  const { name, primaryColor, shades, onColor, text, support, logo, favicon } = shown;
  return withImages({ name, primaryColor, shades, onColor, text, support, logo, favicon });
}

const toJson = ({ own, version, effective, inherited }: TenantLook): z.infer<typeof branding> => ({
  effective: lookToJson(effective),
  inherited: lookToJson(inherited),
  own: withImages(own),
  version,
});

/** White label (R55). */
export function brandingResource(ctx: Pick<Context, 'db'>): App {
  const { db } = ctx;
  return newResource()
    .openapi(hostRoute, async (c) => c.json(lookToJson(await lookOfHost(db, c.req.valid('query').host)), 200))
    .openapi(colorRoute, (c) => {
      const color = `#${c.req.valid('query').color.toLowerCase()}`;
      const nearest = nearestReadable(color);
      return c.json(
        {
          contrast: contrast(color, '#ffffff'),
          readable: isReadable(color),
          nearest,
          shades: shadesOf(nearest),
          onColor: onColor(nearest),
          text: textColors(nearest),
        },
        200,
      );
    })
    .openapi(imageRoute, async (c) => {
      const { hash } = c.req.valid('param');
      const found = await findImage(db, hash);
      if (found === null) throw notFound('image', hash);
      return new Response(Buffer.from(found.bytes), {
        headers: {
          'content-type': found.type,
          'cache-control': 'public, max-age=31536000, immutable',
          // Never a page of ours: shown inside others, or saved.
          'content-disposition': 'attachment',
        },
      });
    })
    .openapi(getRoute, async (c) => {
      const scope = scopeOf(requireActing(c));
      const { id } = c.req.valid('param');
      const read = await scopedRead(db, scope, async (q) => {
        await requireTenant(q, scope, id);
        return readLook(q, id);
      });
      c.header('etag', etagOf(read.version));
      return c.json(toJson(read), 200);
    })
    .openapi(patchRoute, async (c) => {
      const principal = requireAdmin(c);
      const { id } = c.req.valid('param');
      const version = requireVersion(c);
      const change = c.req.valid('json');
      if (change.host !== undefined) requirePlatform(principal);
      await changeLook(ctx, actorOf(c), scopeOf(principal), id, { version, change });
      const now = await readLook(db, id);
      c.header('etag', etagOf(now.version));
      return c.json(toJson(now), 200);
    });
}
