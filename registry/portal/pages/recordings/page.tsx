import '@mantine/core/styles/Tabs.css';
import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { Page } from '../../parts/page.js';
import { Clips } from './clips.js';
import { Links } from './links.js';
import classes from './recordings.module.css';
import { recordingTabs, type RecordingTab } from './route.js';
import { texts } from './texts.js';
import { Wall } from './wall.js';

const panels: Readonly<Record<RecordingTab, ComponentType>> = { wall: Wall, clips: Clips, links: Links };

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
          <Panel />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
