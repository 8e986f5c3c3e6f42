import { Stack, Text } from '@mantine/core';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { cameraStates, type Point } from './points.js';
import { PlainTable } from '../../parts/plain-table.js';
import { statisticsTexts as texts } from './statistics-texts.js';

/** The charts in words: newest first. */
export function StatisticsTable({ points }: { points: readonly Point[] }) {
  const t = useTexts(texts);
  const { day, number, bytes, percent } = useFormats();
  return (
    <Stack gap="xs">
      <PlainTable minWidth="54rem" label={t('table')} dense boxed>
        <thead>
          <tr>
            <th>{t('at')}</th>
            {(['recorded', 'stored', 'received', 'played'] as const).map((key) => (
              <th key={key} data-number>
                {t(key)}
              </th>
            ))}
            {cameraStates.map((state) => (
              <th key={state} data-number>
                {t(state)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map((point) => (
            <tr key={point.at}>
              <th scope="row">{day(point.at)}</th>
              <td data-number>
                {t('hours', { hours: Math.round(point.recordedMs / 360_000) / 10 })}
                {point.uptime !== null && ` (${percent(point.uptime)})`}
              </td>
              <td data-number>{bytes(point.storedBytes)}</td>
              <td data-number>{bytes(point.ingestedBytes)}</td>
              <td data-number>{bytes(point.playedBytes)}</td>
              {cameraStates.map((state) => (
                <td key={state} data-number>
                  {number(Math.round(10 * point.cameras[state]) / 10)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </PlainTable>
      <Text size="xs" c="dimmed">
        {t('onAverage')}
      </Text>
    </Stack>
  );
}
