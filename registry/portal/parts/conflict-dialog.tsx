import { Button, Stack, Text } from '@mantine/core';
import { useTexts } from '../i18n/texts.js';
import { texts } from './conflict-texts.js';
import { PlainTable } from './plain-table.js';
import { Dialog } from './dialog.js';
import { DialogActs } from './dialog-acts.js';

/** Something was changed meanwhile by somebody else: both versions side by side, for a person to decide. */
export function ConflictDialog({
  rows,
  pending,
  onTakeTheirs,
  onSaveMine,
  onClose,
}: {
  rows: readonly { field: string; theirs: string; mine: string }[];
  pending: boolean;
  onTakeTheirs: () => void;
  onSaveMine: () => void;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  return (
    <Dialog opened onClose={onClose} title={t('conflict')} size="xl">
      <Stack>
        <Text size="sm">{t('conflictWhat')}</Text>
        <PlainTable>
          <thead>
            <tr>
              <th>{t('field')}</th>
              <th>{t('theirs')}</th>
              <th>{t('mine')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ field, theirs, mine }) => (
              <tr key={field}>
                <td>{field}</td>
                <td>{theirs}</td>
                <td>
                  <strong>{mine}</strong>
                </td>
              </tr>
            ))}
          </tbody>
        </PlainTable>
        <DialogActs>
          <Button variant="default" onClick={onTakeTheirs}>
            {t('takeTheirs')}
          </Button>
          <Button onClick={onSaveMine} loading={pending}>
            {t('saveMine')}
          </Button>
        </DialogActs>
      </Stack>
    </Dialog>
  );
}
