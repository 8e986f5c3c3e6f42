import { IconVideo } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { lazyDialog } from '../../parts/lazy-dialog.js';
import { Empty, NoMatch } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { selectedCount, useSelection } from '../../parts/table/selection.js';
import { VirtualTable } from '../../parts/table/virtual-table.js';
import { texts as shared } from '../../parts/texts.js';
import { useMay } from '../../shell/me.js';
import { useTenantId } from '../../shell/scope.js';
import type { Binding } from '../../parts/camera-acts/bind-dialog.js';
import { BindDialog } from '../../parts/camera-acts/dialogs.js';
import { useCameraColumns } from './camera-columns.js';
import { selectOf } from '../../parts/camera-acts/changes.js';
import { FilterBar } from './filter-bar.js';
import { ListFiles } from './list-files.js';
import { useCamerasLook } from './list-look.js';
import { SavedViews } from './saved-views.js';
import { summaryQuery } from '../../parts/camera-summary.js';
import { camerasQuery } from './queries.js';
import type { CameraFilters } from './route.js';
import { texts } from './texts.js';

const BulkBar = lazyDialog(async () => (await import('./bulk-bar.js')).BulkBar);
const LookMenu = lazyDialog(async () => (await import('./look-menu.js')).LookMenu);

const bindingOf = ({ id, name, customer }: Camera): Binding => ({
  select: { ids: [id] },
  count: 1,
  name,
  mayMove: customer !== null,
});

export function CamerasPage() {
  const t = useTexts(texts);
  const chip = useTexts(shared);
  const tenantId = useTenantId();
  const filters = useSearch({ from: '/o/$tenantId/cameras' });
  const navigate = useNavigate({ from: '/o/$tenantId/cameras' });
  const mayManage = useMay('manage');
  const refetchInterval = useAskingAgainMs();
  const cameras = useInfiniteQuery({ ...camerasQuery(tenantId, filters), refetchInterval });
  const summary = useQuery({ ...summaryQuery(tenantId, filters), refetchInterval }).data;
  const selection = useSelection(JSON.stringify([tenantId, filters]));
  const [binding, setBinding] = useState<Binding | null>(null);
  const rows = useMemo(() => cameras.data?.pages.flatMap(({ items }) => items) ?? [], [cameras.data]);
  const total =
    summary === undefined
      ? null
      : filters.state === undefined
        ? summary.total
        : summary.states[filters.state];
  const count = selectedCount(selection.selection, total) ?? 0;
  const select = selectOf(selection.selection, tenantId, filters, total ?? 0);

  const bindChosen = () => {
    const chosen = 'ids' in select ? new Set(select.ids) : null;
    const only = count === 1 ? (rows.find(({ id }) => chosen?.has(id)) ?? null) : null;
    const mayMove =
      chosen === null
        ? filters.state !== 'unassigned'
        : rows.some(({ id, customer }) => chosen.has(id) && customer !== null);
    setBinding({ select, count, name: only?.name ?? null, mayMove });
  };
  const bindOne = useCallback((camera: Camera) => setBinding(bindingOf(camera)), []);
  const filter = (next: CameraFilters) => void navigate({ search: next, replace: true });
  const look = useCamerasLook();
  const columns = useCameraColumns({ onBind: bindOne, look });
  const words = [filters.state === undefined ? null : chip(filters.state), filters.text].filter(
    (word) => word !== null && word !== undefined,
  );
  return (
    <Page
      title={t('title')}
      fill
      actions={
        <>
          <SavedViews filters={filters} onChoose={filter} />
          <ListFiles filters={filters} />
          <LookMenu />
        </>
      }
    >
      <FilterBar filters={filters} summary={summary} onChange={filter} />
      {mayManage && count > 0 && (
        <BulkBar
          select={select}
          count={count}
          total={total}
          onAll={
            selection.selection.kind === 'all'
              ? null
              : () => selection.choose({ kind: 'all', except: new Set() })
          }
          onBind={bindChosen}
          onDone={selection.clear}
        />
      )}
      <VirtualTable
        label={t('title')}
        columns={columns}
        query={cameras}
        rowHeightPx={look.dense ? 44 : 60}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        {...(mayManage ? { selection } : {})}
        onOpen={({ id }) =>
          void navigate({
            to: '/o/$tenantId/cameras/$cameraId',
            params: { tenantId, cameraId: id },
            search: {},
          })
        }
        onKey={(key, camera) => {
          if (key !== 'a' || !mayManage) return;
          if (count > 0) bindChosen();
          else bindOne(camera);
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
          binding={binding}
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
