import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import classes from './cameras.module.css';
import { ChangeDialog } from '../../parts/camera-acts/dialogs.js';
import type { Select } from '../../parts/camera-acts/changes.js';
import { texts } from './texts.js';

/** What can be done with the chosen cameras at once; and the step from those shown to all that the filter fits. */
export function BulkBar({
  select,
  count,
  total,
  onAll,
  onBind,
  onDone,
}: {
  select: Select;
  count: number;
  /** That the filter fits; null while it is counted. */
  total: number | null;
  /** Null when all are chosen already. */
  onAll: (() => void) | null;
  onBind: () => void;
  onDone: () => void;
}) {
  const t = useTexts(texts);
  const { number } = useFormats();
  const [asking, setAsking] = useState<'unbind' | 'enable' | 'disable' | null>(null);
  return (
    <div className={classes['bulk']} role="region" aria-label={t('bulk')}>
      <Text size="sm" fw={600} aria-live="polite">
        {t('chosen', { count })}
      </Text>
      {onAll !== null && total !== null && total > count && (
        <Button size="compact-sm" variant="subtle" onClick={onAll}>
          {t('chooseAll', { total: number(total) })}
        </Button>
      )}
      <span className={classes['gap']} />
      <Button size="xs" onClick={onBind}>
        {t('bindCount', { count })}
      </Button>
      <Button size="xs" variant="default" onClick={() => setAsking('unbind')}>
        {t('unbind')}
      </Button>
      <Button size="xs" variant="default" onClick={() => setAsking('disable')}>
        {t('turnOff')}
      </Button>
      <Button size="xs" variant="default" onClick={() => setAsking('enable')}>
        {t('turnOn')}
      </Button>
      <Button size="xs" variant="subtle" color="gray" onClick={onDone}>
        {t('clearChoice')}
      </Button>
      {asking !== null && (
        <ChangeDialog
          select={select}
          count={count}
          act={asking}
          onClose={() => setAsking(null)}
          onDone={onDone}
        />
      )}
    </div>
  );
}
