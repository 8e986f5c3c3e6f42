import { Button, Checkbox, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { Copy } from '../../parts/copy.js';
import { Dialog } from '../../parts/dialog.js';
import { DialogActs } from '../../parts/dialog-acts.js';
import classes from './me.module.css';
import { texts } from './texts.js';

/** Recovery codes, shown this once: closes only when the person says they are kept. */
export function CodesDialog({ codes, onClose }: { codes: readonly string[] | null; onClose: () => void }) {
  const t = useTexts(texts);
  const [kept, setKept] = useState(false);
  const close = () => {
    if (!kept) return;
    setKept(false);
    onClose();
  };
  const text = codes?.join('\n') ?? '';
  return (
    <Dialog
      opened={codes !== null}
      onClose={close}
      title={t('codes')}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
    >
      <Stack>
        <Text size="sm">{t('codesWhy')}</Text>
        <ul className={classes['codes']} aria-label={t('codes')}>
          {codes?.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <Copy value={text} label={t('copyCodes')} />
        <Checkbox
          label={t('codesKept')}
          checked={kept}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
        <DialogActs>
          <Button disabled={!kept} onClick={close}>
            {t('done')}
          </Button>
        </DialogActs>
      </Stack>
    </Dialog>
  );
}
