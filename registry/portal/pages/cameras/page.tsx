import { IconVideo } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { Empty, NoMatch } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { texts as shared } from '../../parts/texts.js';
import { isSelected, useSelection } from '../../parts/table/selection.js';
import { VirtualTable } from '../../parts/table/virtual-table.js';
import { useMay } from '../../shell/me.js';
import { useTenantId } from '../../shell/scope.js';
import { BindDialog } from './bind-dialog.js';
import { BulkBar } from './bulk-bar.js';
import { useCameraColumns } from './camera-columns.js';
import { FilterBar } from './filter-bar.js';
import { camerasQuery } from './queries.js';
import type { CameraFilters } from './route.js';
import { texts } from './texts.js';

export function CamerasPage() {
  const t = useTexts(texts);
  const chip = useTexts(shared);
  const tenantId = useTenantId();
  const filters = useSearch({ from: '/o/$tenantId/cameras' });
  const navigate = useNavigate({ from: '/o/$tenantId/cameras' });
  const mayManage = useMay('manage');
  const everyMs = useAskingAgainMs();
  const cameras = useInfiniteQuery({ ...camerasQuery(tenantId, filters), refetchInterval: everyMs });
  const selection = useSelection(JSON.stringify([tenantId, filters]));
  const [binding, setBinding] = useState<Camera[] | null>(null);
  const rows = cameras.data?.pages.flatMap(({ items }) => items) ?? [];
  const chosen = rows.filter(({ id }) => isSelected(selection.selection, id));
  const filter = (next: CameraFilters) => void navigate({ search: next, replace: true });
  const columns = useCameraColumns({ onBind: (camera) => setBinding([camera]) });
  const words = [filters.state === undefined ? null : chip(filters.state), filters.text].filter(
    (word) => word !== null && word !== undefined,
  );
  return (
    <Page title={t('title')} fill>
      <FilterBar filters={filters} onChange={filter} />
      {mayManage && chosen.length > 0 && (
        <BulkBar cameras={chosen} onBind={() => setBinding(chosen)} onDone={selection.clear} />
      )}
      <VirtualTable
        label={t('title')}
        columns={columns}
        query={cameras}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        {...(mayManage ? { selection } : {})}
        onKey={(key, camera) => {
          if (key === 'a' && mayManage) setBinding(chosen.length > 0 ? chosen : [camera]);
        }}
        empty={
          Object.keys(filters).length > 0 ? (
            <NoMatch title={t('noMatch', { words: words.join(' + ') })} onClear={() => filter({})} />
          ) : (
            <Empty icon={<IconVideo size={40} stroke={1.2} aria-hidden />} title={t('empty')}>
              {t('emptyWhy')}
            </Empty>
          )
        }
      />
      {binding !== null && (
        <BindDialog
          cameras={binding}
          onClose={() => setBinding(null)}
          onBound={() => {
            setBinding(null);
            selection.clear();
          }}
        />
      )}
    </Page>
  );
}
