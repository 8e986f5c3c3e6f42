import '@mantine/core/styles/Tabs.css';
import { Anchor, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Unreachable } from '../../api/problem.js';
import { useTexts } from '../../i18n/texts.js';
import { Loaded } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import type { ApiDocument } from './document.js';
import { Events } from './events.js';
import { Operations } from './operations.js';
import { Problems } from './problems.js';
import { developerTabs, type DeveloperTab } from './route.js';
import { texts } from './texts.js';

/** Not one of the operations it describes, so the typed client does not know it. */
async function apiDocument(signal: AbortSignal): Promise<ApiDocument> {
  const response = await fetch('/api/v1/openapi.json', { signal });
  if (!response.ok) throw new Unreachable();
  return (await response.json()) as ApiDocument;
}

/** The API as the registry describes it itself: no page of elsewhere is needed, and nothing here can be out of date. */
export function DeveloperPage() {
  const t = useTexts(texts);
  const { tab = developerTabs[0] } = useSearch({ from: '/o/$tenantId/developer' });
  const navigate = useNavigate({ from: '/o/$tenantId/developer' });
  const document = useQuery({
    queryKey: ['api-document'],
    queryFn: ({ signal }) => apiDocument(signal),
    staleTime: Infinity,
  });
  return (
    <Page
      title={t('title')}
      actions={
        <Anchor href="/api/v1/openapi.json" size="sm">
          {t('document')}
        </Anchor>
      }
    >
      <Text size="sm" c="dimmed">
        {t('what')}
      </Text>
      <Tabs
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next as DeveloperTab }, replace: true })}
      >
        <Tabs.List mb="md">
          {developerTabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(one)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          {tab === 'events' ? (
            <Events />
          ) : (
            <Loaded query={document}>
              {(data) => (tab === 'problems' ? <Problems document={data} /> : <Operations document={data} />)}
            </Loaded>
          )}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
