import '@mantine/core/styles/Table.css';
import { Button, Group, Stack, Table, Text } from '@mantine/core';
import type { Tenant } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import {
  changedDetails,
  detailsOf,
  valuesOf,
  type TenantDetails,
  type TenantValues,
} from '../../parts/tenant-form/values.js';
import { fieldTexts, texts } from './texts.js';

type Shown = string | number | boolean | null | undefined | { [part: string]: Shown };

const shown = (value: Shown): string => {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value !== 'object') return String(value);
  return Object.values(value)
    .filter((part) => part !== null && part !== '')
    .map(shown)
    .join(', ');
};

/** Somebody changed the tenant meanwhile: both versions side by side, for a person to decide. */
export function ConflictDialog({
  read,
  theirs,
  mine,
  pending,
  onTakeTheirs,
  onSaveMine,
  onClose,
}: {
  read: Tenant;
  theirs: Tenant;
  mine: TenantValues;
  pending: boolean;
  onTakeTheirs: () => void;
  onSaveMine: () => void;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const field = useTexts(fieldTexts);
  const keys = new Set([
    ...Object.keys(changedDetails(valuesOf(read), valuesOf(theirs))),
    ...Object.keys(changedDetails(valuesOf(read), mine)),
  ] as (keyof TenantDetails)[]);
  const [now, own] = [detailsOf(valuesOf(theirs)), detailsOf(mine)];
  return (
    <Dialog opened onClose={onClose} title={t('conflictTitle')} size="xl">
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
            {[...keys].map((key) => (
              <Table.Tr key={key}>
                <Table.Td>{field(key)}</Table.Td>
                <Table.Td>{shown(now[key] as Shown)}</Table.Td>
                <Table.Td fw={600}>{shown(own[key] as Shown)}</Table.Td>
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
