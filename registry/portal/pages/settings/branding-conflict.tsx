import { useTexts } from '../../i18n/texts.js';
import { ConflictDialog } from '../../parts/conflict-dialog.js';
import { changesOf, ownOf, valuesOf, type BrandingValues, type Own } from './branding-values.js';
import { texts } from './texts.js';

/** Images are told by whether they are the tenant's own. */
const shown = (value: Own[keyof Own], own: string): string => {
  if (value === null) return '–';
  if (typeof value === 'string') return /^(data:|\/)/.test(value) ? own : value;
  return Object.values(value)
    .filter((way) => way !== null)
    .join(', ');
};

/** Somebody changed the branding meanwhile: what either changed, for a person to decide. */
export function BrandingConflict({
  read,
  theirs,
  mine,
  ...acts
}: {
  read: Own;
  theirs: Own;
  mine: BrandingValues;
  pending: boolean;
  onTakeTheirs: () => void;
  onSaveMine: () => void;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const keys = new Set([
    ...Object.keys(changesOf(read, valuesOf(theirs))),
    ...Object.keys(changesOf(read, mine)),
  ] as (keyof Own)[]);
  const own = ownOf(mine);
  const rows = [...keys].map((key) => ({
    field: t(key),
    theirs: shown(theirs[key], t('ownImage')),
    mine: shown(own[key], t('ownImage')),
  }));
  return <ConflictDialog rows={rows} {...acts} />;
}
