import type { Preferences } from '../../api/schema.js';
import { usePreferences } from '../../shell/preferences.js';

/** Columns that may be left out, in their order; the camera itself and its state are always there. */
export const optionalColumns = ['customer', 'model', 'box', 'seen', 'tags'] as const;
export type OptionalColumn = (typeof optionalColumns)[number];

export interface CamerasLook {
  columns: readonly OptionalColumn[];
  dense: boolean;
}

export const camerasPage = 'cameras';
const atFirst: CamerasLook = { columns: ['customer', 'model', 'box'], dense: false };

/** How the person likes to see the list. */
export function useCamerasLook(): CamerasLook {
  const own = usePreferences().data?.lists.find(({ page }) => page === camerasPage);
  if (own === undefined) return atFirst;
  return { columns: optionalColumns.filter((key) => own.columns.includes(key)), dense: own.dense };
}

/** The lists of a person with this one changed. Pure. */
export const listsWith = (
  now: Preferences['lists'],
  { columns, dense }: CamerasLook,
): Preferences['lists'] => [
  ...now.filter(({ page }) => page !== camerasPage),
  { page: camerasPage, columns: [...columns], dense },
];
