import { Button, Text } from '@mantine/core';
import { IconCalendarClock, IconUpload } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { ExpectedCamera } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { useAct } from '../../parts/act.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { Empty } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import type { Column } from '../../parts/table/columns.js';
import { followingCursors, pageAt } from '../../parts/table/pages.js';
import { VirtualTable } from '../../parts/table/virtual-table.js';
import { TwoLines } from '../../parts/table/two-lines.js';
import { toast } from '../../parts/toasts.js';
import { WayBack } from '../../parts/way-back.js';
import { useMay } from '../../shell/me.js';
import { useTenantId } from '../../shell/scope.js';
import { texts } from './texts.js';

/** Cameras that installers are told to expect: by what each will be known, and whose it will be. */
export function ExpectedPage() {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const mayManage = useMay('manage');
  const [ending, setEnding] = useState<ExpectedCamera | null>(null);
  const columns = useExpectedColumns(setEnding);
  const expected = useInfiniteQuery({
    // A camera that comes is expected no longer.
    queryKey: ['cameras', 'expected', tenantId],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/expected-cameras', {
          params: { query: { tenant: tenantId, ...pageAt(pageParam) } },
          signal,
        }),
      ),
    ...followingCursors,
    placeholderData: keepPreviousData,
    refetchInterval: useAskingAgainMs(),
    enabled: mayManage,
  });
  if (!mayManage) {
    return (
      <Page title={t('title')}>
        <Empty title={t('mayNot')}>{t('mayNotWhy')}</Empty>
      </Page>
    );
  }
  const importList = (
    <Button
      variant="default"
      leftSection={<IconUpload size={16} aria-hidden />}
      renderRoot={(props) => <Link to="/o/$tenantId/cameras/import" params={{ tenantId }} {...props} />}
    >
      {t('importList')}
    </Button>
  );
  return (
    <Page title={t('title')} lead={<WayBack to="cameras">{t('cameras')}</WayBack>} actions={importList} fill>
      <VirtualTable
        label={t('title')}
        columns={columns}
        query={expected}
        rowId={({ id }) => String(id)}
        rowName={nameOf}
        empty={
          <Empty
            icon={<IconCalendarClock size={40} stroke={1.2} aria-hidden />}
            title={t('empty')}
            action={importList}
          >
            {t('emptyWhy')}
          </Empty>
        }
      />
      {ending !== null && <ForgetDialog expected={ending} onClose={() => setEnding(null)} />}
    </Page>
  );
}

/** As it is printed on a camera. */
const inPairs = (mac: string): string => mac.match(/../g)?.join(':') ?? mac;

const nameOf = ({ name, value }: ExpectedCamera): string => name ?? value;

function ForgetDialog({ expected, onClose }: { expected: ExpectedCamera; onClose: () => void }) {
  const t = useTexts(texts);
  const name = nameOf(expected);
  const forget = useAct(
    () =>
      answer(
        api.DELETE('/api/v1/expected-cameras/{expectedId}', {
          params: { path: { expectedId: String(expected.id) } },
        }),
      ),
    {
      stale: ['cameras'],
      onDone: () => {
        toast({ message: t('forgotten', { name }) });
        onClose();
      },
    },
  );
  return (
    <ConfirmDialog
      opened
      title={t('forgetTitle', { name })}
      act={t('forgetIt')}
      pending={forget.isPending}
      error={forget.error}
      onConfirm={() => forget.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{t('forgetWhat')}</Text>
    </ConfirmDialog>
  );
}

function useExpectedColumns(onForget: (expected: ExpectedCamera) => void): Column<ExpectedCamera>[] {
  const t = useTexts(texts);
  const { ago, time } = useFormats();
  return useMemo(
    () => [
      {
        key: 'camera',
        header: t('camera'),
        width: 'minmax(0, 1.6fr)',
        cell: ({ name, kind, value }) => (
          <TwoLines
            strong
            first={name ?? t('noName')}
            second={t(kind, { value: kind === 'mac' ? inPairs(value) : value })}
          />
        ),
      },
      {
        key: 'customer',
        header: t('customer'),
        width: 'minmax(0, 1.2fr)',
        cell: ({ customer, plan }) => <TwoLines first={customer.name} second={plan.name} />,
      },
      {
        key: 'tags',
        header: t('tags'),
        width: 'minmax(0, 1fr)',
        from: 'md',
        cell: ({ tags }) => (
          <Text size="sm" truncate>
            {tags.join(', ') || '–'}
          </Text>
        ),
      },
      {
        key: 'since',
        header: t('since'),
        width: 'minmax(0, 1fr)',
        from: 'sm',
        cell: ({ createdAt, by }) => (
          <TwoLines first={ago(createdAt)} second={t('by', { name: by })} title={time(createdAt)} />
        ),
      },
      {
        key: 'acts',
        header: t('acts'),
        quiet: true,
        width: '10.5rem',
        cell: (one) => (
          <Button
            size="xs"
            variant="default"
            aria-label={t('forgetNamed', { name: nameOf(one) })}
            onClick={() => onForget(one)}
          >
            {t('forget')}
          </Button>
        ),
      },
    ],
    [t, ago, time, onForget],
  );
}
