import { Text } from '@mantine/core';
import { useTexts } from '../../i18n/texts.js';
import { PlainTable } from '../../parts/plain-table.js';
import classes from './import.module.css';
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
      <PlainTable boxed>
        <thead>
          <tr>
            <th className={classes['column']}>{t('column')}</th>
            <th>{t('meaning')}</th>
          </tr>
        </thead>
        <tbody>
          {columns.map(([names, meaning]) => (
            <tr key={names}>
              <td>
                <code>{names}</code>
              </td>
              <td>{t(meaning)}</td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </section>
  );
}
