import '@mantine/core/styles/Tabs.css';
import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, type ComponentType } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { SkeletonLines } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import classes from './recordings.module.css';
import { recordingTabs, type RecordingTab } from './route.js';
import { texts } from './texts.js';
import { Wall } from './wall.js';

/** What is not seen at first is loaded when it is gone to. */
const panels: Readonly<Record<RecordingTab, ComponentType>> = {
  wall: Wall,
  clips: lazy(async () => ({ default: (await import('./clips.js')).Clips })),
  links: lazy(async () => ({ default: (await import('./links.js')).Links })),
};

export function RecordingsPage() {
  const t = useTexts(texts);
  const { tab = recordingTabs[0] } = useSearch({ from: '/o/$tenantId/recordings' });
  const Panel = panels[tab];
  const navigate = useNavigate({ from: '/o/$tenantId/recordings' });
  return (
    <Page title={t('title')} fill>
      <Tabs
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next as RecordingTab }, replace: true })}
        className={classes['tabs'] ?? ''}
      >
        <Tabs.List>
          {recordingTabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(one)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className={classes['panel'] ?? ''}>
          <Suspense fallback={<SkeletonLines lines={6} />}>
            <Panel />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
