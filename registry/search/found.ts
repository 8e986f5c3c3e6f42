export const foundKinds = ['tenant', 'camera', 'agent', 'user'] as const;

/** Something that was found: enough for one line and the way there. */
export interface Found {
  kind: (typeof foundKinds)[number];
  id: string;
  name: string;
  /** What tells it from others of the same name. */
  detail: string;
  /** Who holds it; of a tenant itself. */
  tenantId: string;
}
