import { Button, Group, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTexts } from '../../i18n/texts.js';
import { saveCsv } from '../../parts/csv-file.js';
import { useFaultWords, type LineFault } from './fault-words.js';
import classes from './import.module.css';
import type { ListReport } from './queries.js';
import { PlainTable } from '../../parts/plain-table.js';
import { texts } from './texts.js';

const columns = ['id', 'mac', 'serial', 'name', 'customer', 'plan', 'tags'] as const;

/** Each line that is left out, and why; as a file that can be mended and imported by itself. */
export function FaultsTable({ report: { faults, faulty } }: { report: ListReport }) {
  const t = useTexts(texts);
  const wrong = useFaultWords();
  const save = () =>
    saveCsv('camera-errors.csv', [
      [...columns, 'line', 'error'],
      ...faults.map((fault) => [
        ...columns.map((column) => fault.cells[column] ?? ''),
        String(fault.line),
        wrong(fault),
      ]),
    ]);
  return (
    <section aria-label={t('faults')}>
      <Group justify="space-between" mb="xs">
        <Text fw={600}>{t('faults')}</Text>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={save}
        >
          {t('saveFaults')}
        </Button>
      </Group>
      {/* Focusable, so that it can be scrolled by keys. */}
      <div className={classes['faults']} role="group" aria-label={t('faults')} tabIndex={0}>
        <PlainTable>
          <thead>
            <tr>
              <th className={classes['line']}>{t('line')}</th>
              <th>{t('why')}</th>
              <th className={classes['wide']}>{t('written')}</th>
            </tr>
          </thead>
          <tbody>
            {faults.map((fault) => (
              <tr key={fault.line}>
                <td>{fault.line}</td>
                <td>{wrong(fault)}</td>
                <td className={classes['wide']}>
                  <Written fault={fault} />
                </td>
              </tr>
            ))}
          </tbody>
        </PlainTable>
      </div>
      {faulty > faults.length && (
        <Text size="xs" c="dimmed" mt="xs">
          {t('faultsFirst', { count: faults.length })}
        </Text>
      )}
    </section>
  );
}

/** The cells of a line, the wrong one marked. */
function Written({ fault: { cells, column: wrong } }: { fault: LineFault }) {
  return (
    <span className={classes['written']}>
      {columns
        .filter((column) => cells[column] !== undefined)
        .map((column) => (
          <span key={column} data-wrong={column === wrong || undefined}>
            {cells[column]}
          </span>
        ))}
    </span>
  );
}
