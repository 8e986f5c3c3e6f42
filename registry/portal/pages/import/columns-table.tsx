import '@mantine/core/styles/Table.css';
import { Table, Text } from '@mantine/core';
import { useTexts } from '../../i18n/texts.js';
import { texts } from './texts.js';

const columns = [
  ['id, mac, serial', 'keyMeaning'],
  ['name', 'nameMeaning'],
  ['customer', 'customerMeaning'],
  ['plan', 'planMeaning'],
  ['tags', 'tagsMeaning'],
] as const;

/** What a list may say. */
export function ColumnsTable() {
  const t = useTexts(texts);
  return (
    <section aria-label={t('columns')}>
      <Text fw={600}>{t('columns')}</Text>
      <Text size="sm" c="dimmed" mb="xs">
        {t('columnsWhat')}
      </Text>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="9rem">{t('column')}</Table.Th>
            <Table.Th>{t('meaning')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {columns.map(([names, meaning]) => (
            <Table.Tr key={names}>
              <Table.Td>
                <code>{names}</code>
              </Table.Td>
              <Table.Td>{t(meaning)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
