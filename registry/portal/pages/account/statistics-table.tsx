import '@mantine/core/styles/Table.css';
import { Stack, Table, Text } from '@mantine/core';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { cameraStates, type Point } from './points.js';
import { statisticsTexts as texts } from './statistics-texts.js';

/** The charts in words: newest first. */
export function StatisticsTable({ points }: { points: readonly Point[] }) {
  const t = useTexts(texts);
  const { day, number, bytes, percent } = useFormats();
  return (
    <Stack gap="xs">
      <Table.ScrollContainer minWidth={860} type="native" tabIndex={0} role="region" aria-label={t('table')}>
        <Table verticalSpacing={6} striped tabularNums>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('at')}</Table.Th>
              {(['recorded', 'stored', 'received', 'played'] as const).map((key) => (
                <Table.Th key={key} ta="end">
                  {t(key)}
                </Table.Th>
              ))}
              {cameraStates.map((state) => (
                <Table.Th key={state} ta="end">
                  {t(state)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {points.toReversed().map((point) => (
              <Table.Tr key={point.at}>
                <Table.Th scope="row">{day(point.at)}</Table.Th>
                <Table.Td ta="end">
                  {t('hours', { hours: Math.round(point.recordedMs / 36_000) / 100 })}
                  {point.uptime !== null && ` (${percent(point.uptime)})`}
                </Table.Td>
                <Table.Td ta="end">{bytes(point.storedBytes)}</Table.Td>
                <Table.Td ta="end">{bytes(point.ingestedBytes)}</Table.Td>
                <Table.Td ta="end">{bytes(point.playedBytes)}</Table.Td>
                {cameraStates.map((state) => (
                  <Table.Td key={state} ta="end">
                    {number(Math.round(10 * point.cameras[state]) / 10)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed">
        {t('onAverage')}
      </Text>
    </Stack>
  );
}
