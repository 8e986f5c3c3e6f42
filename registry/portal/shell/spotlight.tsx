import '@mantine/spotlight/styles.css';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { useDebouncedValue } from '@mantine/hooks';
import { IconBuildingStore, IconSearch, IconVideo } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api } from '../api/client.js';
import { useTexts } from '../i18n/texts.js';
import { useNavEntries } from './nav.js';
import { useTenantId } from './scope.js';
import { useCameraLine } from '../parts/status-words.js';
import { tenantKindTexts } from '../parts/tenant-kind-texts.js';
import { texts } from './texts.js';

const [store, control] = createSpotlight();
export const openSearch = control.open;

const shown = 8;

/** Ctrl-K: pages, tenants and cameras by name, MAC, serial or id. Loaded when it is opened first. */
export function GlobalSearch() {
  const t = useTexts(texts);
  const kindName = useTexts(tenantKindTexts);
  const line = useCameraLine();
  const navigate = useNavigate();
  const tenantId = useTenantId();
  const entries = useNavEntries();
  const [text, setText] = useState('');
  const [query] = useDebouncedValue(text.trim(), 150);
  const search = { params: { query: { text: query, limit: shown } } };
  const tenants = useQuery({
    queryKey: ['tenants', 'search', query],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/tenants', { ...search, signal })),
    enabled: query !== '',
    placeholderData: keepPreviousData,
  });
  const cameras = useQuery({
    queryKey: ['cameras', 'search', query],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/cameras', { ...search, signal })),
    enabled: query !== '',
    placeholderData: keepPreviousData,
  });
  const pages = entries.filter(({ label }) => t(label).toLowerCase().includes(text.trim().toLowerCase()));
  const foundTenants = query === '' ? [] : (tenants.data?.items ?? []);
  const foundCameras = query === '' ? [] : (cameras.data?.items ?? []);
  const nothing = pages.length + foundTenants.length + foundCameras.length === 0;
  return (
    <Spotlight.Root
      store={store}
      query={text}
      onQueryChange={setText}
      shortcut={null}
      clearQueryOnClose
      maxHeight={480}
      scrollable
    >
      <Spotlight.Search
        placeholder={t('searchHint')}
        aria-label={t('searchHint')}
        leftSection={<IconSearch size={20} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {nothing && query !== '' && !tenants.isFetching && !cameras.isFetching && (
          <Spotlight.Empty>{t('searchNothing', { query })}</Spotlight.Empty>
        )}
        {pages.length > 0 && (
          <Spotlight.ActionsGroup label={t('searchPages')}>
            {pages.map(({ to, label, icon: EntryIcon, state }) => (
              <Spotlight.Action
                key={label}
                label={t(label)}
                leftSection={<EntryIcon size={20} stroke={1.7} aria-hidden />}
                onClick={() =>
                  void navigate({
                    to,
                    params: { tenantId },
                    search: state === undefined ? {} : { state },
                  })
                }
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {foundTenants.length > 0 && (
          <Spotlight.ActionsGroup label={t('searchTenants')}>
            {foundTenants.map((one) => (
              <Spotlight.Action
                key={one.id}
                label={one.name}
                description={kindName(one.kind)}
                leftSection={<IconBuildingStore size={20} stroke={1.7} aria-hidden />}
                onClick={() => void navigate({ to: '/o/$tenantId/cameras', params: { tenantId: one.id } })}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {foundCameras.length > 0 && (
          <Spotlight.ActionsGroup label={t('searchCameras')}>
            {foundCameras.map((camera) => (
              <Spotlight.Action
                key={camera.id}
                label={camera.name}
                description={line(camera)}
                leftSection={<IconVideo size={20} stroke={1.7} aria-hidden />}
                onClick={() =>
                  void navigate({
                    to: '/o/$tenantId/cameras/$cameraId',
                    params: { tenantId, cameraId: camera.id },
                    search: {},
                  })
                }
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
