import '@mantine/core/styles/Tabs.css';
import { Group, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, type ComponentType } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { Loaded, SkeletonLines } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { StateChip } from '../../parts/state-chip.js';
import { useMay } from '../../shell/me.js';
import { Acts } from './acts.js';
import { Overview } from './overview.js';
import { cameraQuery } from './queries.js';
import type { PanelProps } from './panel.js';
import { cameraTabs, type CameraTab } from './route.js';
import { useCameraLine } from '../../parts/status-words.js';
import { WayBack } from '../../parts/way-back.js';
import { texts } from './texts.js';

/** What is not seen at first is loaded when it is gone to. */
const panels: Readonly<Record<CameraTab, ComponentType<PanelProps>>> = {
  overview: Overview,
  live: lazy(async () => ({ default: (await import('./live-tab.js')).LiveTab })),
  recordings: lazy(async () => ({ default: (await import('./recordings-tab.js')).RecordingsTab })),
  settings: lazy(async () => ({ default: (await import('./settings-tab.js')).SettingsTab })),
  diagnostics: lazy(async () => ({ default: (await import('./diagnostics-tab.js')).DiagnosticsTab })),
  history: lazy(async () => ({ default: (await import('./history-tab.js')).HistoryTab })),
};

/** Those tell about managing a camera, and their routes are for who does. */
const managed: readonly CameraTab[] = ['settings', 'history'];

export function CameraPage() {
  const t = useTexts(texts);
  const { cameraId } = useParams({ from: '/o/$tenantId/cameras/$cameraId' });
  const refetchInterval = useAskingAgainMs();
  const camera = useQuery({ ...cameraQuery(cameraId), refetchInterval });
  const back = <WayBack to="cameras">{t('allCameras')}</WayBack>;
  return (
    <Page
      title={camera.data?.name ?? t('camera')}
      lead={back}
      {...(camera.data === undefined ? {} : { actions: <Acts camera={camera.data} /> })}
    >
      <Loaded query={camera} skeleton={<SkeletonLines lines={10} />}>
        {(found) => <Content camera={found} />}
      </Loaded>
    </Page>
  );
}

function Content({ camera }: PanelProps) {
  const t = useTexts(texts);
  const line = useCameraLine();
  const mayManage = useMay('manage');
  const { tab = cameraTabs[0] } = useSearch({ from: '/o/$tenantId/cameras/$cameraId' });
  const navigate = useNavigate({ from: '/o/$tenantId/cameras/$cameraId' });
  const offered = cameraTabs.filter((one) => mayManage || !managed.includes(one));
  const shown = offered.includes(tab) ? tab : cameraTabs[0];
  const Panel = panels[shown];
  return (
    <>
      <Group gap="sm" mb="md" mt={-8}>
        <StateChip state={camera.status.chip} />
        <Text size="sm" c="dimmed">
          {line(camera)}
        </Text>
      </Group>
      <Tabs
        value={shown}
        onChange={(next) =>
          void navigate({ search: next === cameraTabs[0] ? {} : { tab: next as CameraTab }, replace: true })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {offered.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(one)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={shown}>
          <Suspense fallback={<SkeletonLines lines={6} />}>
            <Panel camera={camera} key={camera.id} />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
