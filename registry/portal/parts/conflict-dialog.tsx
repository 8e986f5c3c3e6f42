import '@mantine/core/styles/Table.css';
import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useTexts } from '../i18n/texts.js';
import { texts } from './conflict-texts.js';
import { Dialog } from './dialog.js';

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
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('field')}</Table.Th>
              <Table.Th>{t('theirs')}</Table.Th>
              <Table.Th>{t('mine')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ field, theirs, mine }) => (
              <Table.Tr key={field}>
                <Table.Td>{field}</Table.Td>
                <Table.Td>{theirs}</Table.Td>
                <Table.Td fw={600}>{mine}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group justify="flex-end">
          <Button variant="default" onClick={onTakeTheirs}>
            {t('takeTheirs')}
          </Button>
          <Button onClick={onSaveMine} loading={pending}>
            {t('saveMine')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
