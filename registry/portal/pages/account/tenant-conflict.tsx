import type { Tenant } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ConflictDialog } from '../../parts/conflict-dialog.js';
import {
  changedDetails,
  detailsOf,
  valuesOf,
  type TenantDetails,
  type TenantValues,
} from '../../parts/tenant-form/values.js';
import { fieldTexts } from './texts.js';

type Shown = string | number | boolean | null | undefined | { [part: string]: Shown };

const shown = (value: Shown): string => {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value !== 'object') return String(value);
  return Object.values(value)
    .filter((part) => part !== null && part !== '')
    .map(shown)
    .join(', ');
};

/** Somebody changed the tenant meanwhile: what either changed, for a person to decide. */
export function TenantConflict({
  read,
  theirs,
  mine,
  ...acts
}: {
  read: Tenant;
  theirs: Tenant;
  mine: TenantValues;
  pending: boolean;
  onTakeTheirs: () => void;
  onSaveMine: () => void;
  onClose: () => void;
}) {
  const field = useTexts(fieldTexts);
  const keys = new Set([
    ...Object.keys(changedDetails(valuesOf(read), valuesOf(theirs))),
    ...Object.keys(changedDetails(valuesOf(read), mine)),
  ] as (keyof TenantDetails)[]);
  const [now, own] = [detailsOf(valuesOf(theirs)), detailsOf(mine)];
  const rows = [...keys].map((key) => ({
    field: field(key),
    theirs: shown(now[key] as Shown),
    mine: shown(own[key] as Shown),
  }));
  return <ConflictDialog rows={rows} {...acts} />;
}
