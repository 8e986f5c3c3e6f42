import { UnstyledButton } from '@mantine/core';
import type { CameraSummary } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { SearchField } from '../../parts/search-field.js';
import { present } from '../../parts/search-params.js';
import { cameraStates } from '../../parts/state-chip.js';
import { texts as shared } from '../../parts/texts.js';
import classes from './cameras.module.css';
import type { CameraFilters } from './route.js';
import { texts } from './texts.js';

export function FilterBar({
  filters,
  summary,
  onChange,
}: {
  filters: CameraFilters;
  /** How many in each state; undefined while it is counted. */
  summary: CameraSummary | undefined;
  onChange: (next: CameraFilters) => void;
}) {
  const t = useTexts(texts);
  const chip = useTexts(shared);
  const { number } = useFormats();
  return (
    <div className={classes['filters']}>
      <SearchField
        label={t('search')}
        text={filters.text}
        onChange={(text) => onChange(present({ ...filters, text }))}
      />
      <div className={classes['states']} role="group" aria-label={t('state')}>
        {[undefined, ...cameraStates].map((state) => (
          <UnstyledButton
            key={state ?? 'all'}
            className={classes['state'] ?? ''}
            aria-pressed={filters.state === state}
            onClick={() => onChange(present({ ...filters, state }))}
          >
            {state === undefined ? t('all') : chip(state)}
            {summary !== undefined && (
              <span className={classes['stateCount']}>
                {number(state === undefined ? summary.total : summary.states[state])}
              </span>
            )}
          </UnstyledButton>
        ))}
      </div>
    </div>
  );
}
