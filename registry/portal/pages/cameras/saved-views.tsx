import { Button, Menu } from '@mantine/core';
import { IconBookmark, IconPencil, IconPlus } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTexts } from '../../i18n/texts.js';
import { usePreferences } from '../../shell/preferences.js';
import type { CameraFilters } from './route.js';
import { filtersOf, isOfCameras, searchOf } from './views.js';
import { viewsTexts as texts } from './views-texts.js';

const SaveDialog = lazy(async () => ({ default: (await import('./views-dialogs.js')).SaveDialog }));
const ChangeDialog = lazy(async () => ({ default: (await import('./views-dialogs.js')).ChangeDialog }));

/** Filters that the person keeps under a name. They go with the person, and hold in every scope. */
export function SavedViews({
  filters,
  onChoose,
}: {
  filters: CameraFilters;
  onChoose: (filters: CameraFilters) => void;
}) {
  const t = useTexts(texts);
  const [open, setOpen] = useState<'save' | 'change' | null>(null);
  const views = usePreferences().data?.views.filter(isOfCameras) ?? [];
  const search = searchOf(filters);
  const current = views.find((view) => searchOf(filtersOf(view)) === search);
  const close = () => setOpen(null);
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />}>
            {current?.name ?? t('views')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{views.length === 0 ? t('none') : t('yours')}</Menu.Label>
          {views.map((view) => (
            <Menu.Item
              key={view.name}
              aria-current={view === current || undefined}
              onClick={() => onChoose(filtersOf(view))}
            >
              {view.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconPlus size={16} aria-hidden />}
            disabled={search === '' || current !== undefined}
            onClick={() => setOpen('save')}
          >
            {t('save')}
          </Menu.Item>
          {views.length > 0 && (
            <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setOpen('change')}>
              {t('change')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {open === 'save' && <SaveDialog filters={filters} onClose={close} />}
        {open === 'change' && <ChangeDialog views={views} onClose={close} />}
      </Suspense>
    </>
  );
}
