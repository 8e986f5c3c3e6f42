import type { Role } from '../../api/schema.js';

export type Right = Role['allCameras'][number];
export type Family = Role['family'];

/** In the order they are shown: who watches, then what more. */
export const rights = ['view', 'clip', 'share', 'ptz', 'configure'] as const satisfies readonly Right[];

/** Where a role begins; each can be changed before it is made. */
export const templates: Readonly<
  Record<'viewer' | 'operator' | 'admin', { family: Family; allCameras: Right[] }>
> = {
  viewer: { family: 'guard', allCameras: ['view'] },
  operator: { family: 'guard', allCameras: ['view', 'clip', 'ptz'] },
  admin: { family: 'admin', allCameras: [...rights] },
};
export type Template = keyof typeof templates;

/** What a role allows, as somebody edits it. */
export interface RoleContent {
  name: string;
  family: Family;
  allCameras: readonly Right[];
  cameras: readonly { cameraId: string; permissions: readonly Right[] }[];
}

export const contentOf = ({ name, family, allCameras, cameras }: Role): RoleContent => ({
  name,
  family,
  allCameras,
  cameras,
});

/** One right more or less; nobody does anything with a camera that they do not see. */
export function turned(held: readonly Right[], right: Right, on: boolean): Right[] {
  if (!on) return right === 'view' ? [] : held.filter((one) => one !== right);
  return rights.filter((one) => one === right || one === 'view' || held.includes(one));
}

/** What the API takes: cameras without a right are not listed. */
export const bodyOf = ({ name, allCameras, cameras }: RoleContent) => ({
  name: name.trim(),
  allCameras: [...allCameras],
  cameras: cameras
    .filter(({ permissions }) => permissions.length > 0)
    .map(({ cameraId, permissions }) => ({ cameraId, permissions: [...permissions] })),
});
