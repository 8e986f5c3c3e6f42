import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { useUnbind } from './acts.js';
import classes from './cameras.module.css';
import { texts } from './texts.js';

/** What can be done with the chosen cameras at once. */
export function BulkBar({
  cameras,
  onBind,
  onDone,
}: {
  cameras: Camera[];
  onBind: () => void;
  onDone: () => void;
}) {
  const t = useTexts(texts);
  const [asking, setAsking] = useState(false);
  const bound = cameras.filter(({ customer }) => customer !== null);
  const unbind = useUnbind(() => {
    setAsking(false);
    onDone();
  });
  const count = cameras.length;
  return (
    <div className={classes['bulk']} role="region" aria-label={t('bulk')}>
      <Text size="sm" fw={600} aria-live="polite">
        {t('chosen', { count })}
      </Text>
      <Button size="xs" onClick={onBind}>
        {t('bindMany', { count })}
      </Button>
      {bound.length > 0 && (
        <Button size="xs" variant="default" onClick={() => setAsking(true)}>
          {t('unbindMany', { count: bound.length })}
        </Button>
      )}
      <Button size="xs" variant="subtle" color="gray" onClick={onDone}>
        {t('clearChoice')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('unbindTitle')}
        act={t('unbindMany', { count: bound.length })}
        pending={unbind.isPending}
        error={unbind.error}
        onConfirm={() => unbind.mutate(bound)}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">{t('unbindWhat', { count: bound.length })}</Text>
      </ConfirmDialog>
    </div>
  );
}
