import '@mantine/core/styles/SimpleGrid.css';
import '@mantine/core/styles/Switch.css';
import { Button, Group, SimpleGrid, Stack, Switch } from '@mantine/core';
import { IconChartLine, IconDownload } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { answer, api } from '../../api/client.js';
import type { Statistics as Data, Tenant } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Choice } from '../../parts/choice.js';
import { Chart, type Tone } from '../../parts/chart/chart.js';
import { Empty, Loaded } from '../../parts/page-states.js';
import { present } from '../../parts/search-params.js';
import { cameraStates, pointsOf, type CameraState, type Point } from './points.js';
import { statisticsDays, type StatisticsDays } from './route.js';
import { statisticsTexts as texts } from './statistics-texts.js';
import { StatisticsTable } from './statistics-table.js';

const dayMs = 86_400_000;
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const tones: Readonly<Record<CameraState, Tone>> = {
  recording: 'good',
  notRecording: 'bad',
  waiting: 'brand',
  offline: 'second',
  disabled: 'plain',
  unassigned: 'warn',
};

/** What a tenant and all below it recorded, stored and moved, day by day (R51): as charts, a table, and CSV. */
export function Statistics({ tenant }: { tenant: Tenant }) {
  const t = useTexts(texts);
  const { tab, days = 30, table = false } = useSearch({ from: '/o/$tenantId/account' });
  const navigate = useNavigate({ from: '/o/$tenantId/account' });
  const query = () => ({ from: new Date(Date.now() - days * dayMs).toISOString(), timeZone });
  const statistics = useQuery({
    queryKey: ['tenants', tenant.id, 'statistics', days],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/tenants/{id}/statistics', {
          params: { path: { id: tenant.id }, query: query() },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    // Figures of whole days: once a minute is enough, also without events.
    refetchInterval: 60_000,
  });
  const show = (next: { days: StatisticsDays; table: boolean }) =>
    void navigate({
      search: present({ tab, days: next.days, table: next.table || undefined }),
      replace: true,
    });
  const file = `/api/v1/tenants/${tenant.id}/statistics:export?${new URLSearchParams(query()).toString()}`;
  return (
    <Stack>
      <Group>
        <Choice
          label={t('range')}
          value={String(days)}
          onChange={(next) =>
            show({ days: statisticsDays.find((one) => String(one) === next) ?? days, table })
          }
          options={statisticsDays.map((each) => ({
            value: String(each),
            label: t('lastDays', { count: each }),
          }))}
        />
        <Switch
          size="md"
          label={t('asTable')}
          checked={table}
          onChange={(event) => show({ days, table: event.currentTarget.checked })}
        />
        <Button
          component="a"
          href={file}
          download
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {t('download')}
        </Button>
      </Group>
      <Loaded query={statistics}>
        {(data) =>
          isEmpty(data) ? (
            <Empty icon={<IconChartLine size={40} stroke={1.2} aria-hidden />} title={t('empty')}>
              {t('emptyWhy')}
            </Empty>
          ) : table ? (
            <StatisticsTable points={pointsOf(data)} />
          ) : (
            <Charts data={data} />
          )
        }
      </Loaded>
    </Stack>
  );
}

const hourMs = 3_600_000;

const isEmpty = ({
  totals: { recordedMs, storedBytes, ingestedBytes, playedBytes, cameraMs },
}: Data): boolean =>
  [recordedMs, storedBytes, ingestedBytes, playedBytes, ...Object.values(cameraMs)].every((sum) => sum === 0);

function Charts({ data: { to, totals, series } }: { data: Data }) {
  const t = useTexts(texts);
  const { number, bytes, percent } = useFormats();
  const hours = useCallback((count: number) => t('hours', { hours: Math.round(count * 10) / 10 }), [t]);
  const whole = useCallback((value: number) => (Number.isInteger(value) ? number(value) : ''), [number]);
  const shown = useMemo(() => {
    const points = pointsOf({ series, to });
    const values = (of: (point: Point) => number) => points.map(of);
    return {
      atMs: values(({ atMs }) => atMs),
      recorded: [
        { label: t('recorded'), tone: 'good' as const, values: values((p) => p.recordedMs / hourMs) },
      ],
      stored: [{ label: t('stored'), tone: 'brand' as const, values: values((p) => p.storedBytes) }],
      traffic: [
        { label: t('received'), tone: 'brand' as const, values: values((p) => p.ingestedBytes) },
        { label: t('played'), tone: 'second' as const, values: values((p) => p.playedBytes) },
      ],
      cameras: cameraStates
        .filter((state) => totals.cameraMs[state] > 0)
        .map((state) => ({ label: t(state), tone: tones[state], values: values((p) => p.cameras[state]) })),
    };
  }, [to, totals, series, t]);
  const { atMs } = shown;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Chart
        title={t('recorded')}
        sum={hours(totals.recordedMs / hourMs)}
        atMs={atMs}
        series={shown.recorded}
        write={hours}
      />
      <Chart
        title={t('cameras')}
        sum={totals.uptime === null ? t('uptimeNone') : t('uptime', { share: percent(totals.uptime) })}
        atMs={atMs}
        series={shown.cameras}
        write={whole}
      />
      <Chart
        title={t('stored')}
        sum={t('storedNow', { size: bytes(totals.storedBytes) })}
        atMs={atMs}
        series={shown.stored}
        write={bytes}
      />
      <Chart
        title={t('traffic')}
        sum={t('trafficSum', { received: bytes(totals.ingestedBytes), played: bytes(totals.playedBytes) })}
        atMs={atMs}
        series={shown.traffic}
        write={bytes}
      />
    </SimpleGrid>
  );
}
