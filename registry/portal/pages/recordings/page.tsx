import '@mantine/core/styles/Tabs.css';
import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTexts } from '../../i18n/texts.js';
import { Page } from '../../parts/page.js';
import { Clips } from './clips.js';
import { Links } from './links.js';
import classes from './recordings.module.css';
import { recordingTabs, type RecordingTab } from './route.js';
import { texts } from './texts.js';

export function RecordingsPage() {
  const t = useTexts(texts);
  const { tab = recordingTabs[0] } = useSearch({ from: '/o/$tenantId/recordings' });
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
          {tab === 'clips' ? <Clips /> : <Links />}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
