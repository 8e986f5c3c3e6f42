import { Button, Text } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { EnrolmentToken } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useAct } from '../../parts/act.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { Empty } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import type { Column } from '../../parts/table/columns.js';
import { VirtualTable } from '../../parts/table/virtual-table.js';
import { TwoLines } from '../../parts/table/two-lines.js';
import { toast } from '../../parts/toasts.js';
import { WayBack } from '../../parts/way-back.js';
import { useMay } from '../../shell/me.js';
import { CreateKeyDialog } from './create-dialog.js';
import { KeyChip } from './key-chip.js';
import { useKeys } from './queries.js';
import { texts } from './texts.js';

/** Keys by which boxes come in without anybody: how far each is used, what it does, until when. */
export function KeysPage() {
  const t = useTexts(texts);
  const mayEnrol = useMay('enrolAgents');
  const keys = useKeys();
  const [creating, setCreating] = useState(false);
  const [ending, setEnding] = useState<EnrolmentToken | null>(null);
  const columns = useKeyColumns(setEnding);
  if (!mayEnrol) {
    return (
      <Page title={t('title')}>
        <Empty title={t('mayNot')}>{t('mayNotWhy')}</Empty>
      </Page>
    );
  }
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  );
  return (
    <Page title={t('title')} lead={<WayBack to="boxes">{t('boxes')}</WayBack>} actions={create} fill>
      <VirtualTable
        label={t('title')}
        columns={columns}
        query={keys}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        empty={
          <Empty icon={<IconKey size={40} stroke={1.2} aria-hidden />} title={t('empty')} action={create}>
            {t('emptyWhy')}
          </Empty>
        }
      />
      {creating && <CreateKeyDialog onClose={() => setCreating(false)} />}
      {ending !== null && <RevokeDialog enrolmentKey={ending} onClose={() => setEnding(null)} />}
    </Page>
  );
}

function RevokeDialog({ enrolmentKey, onClose }: { enrolmentKey: EnrolmentToken; onClose: () => void }) {
  const t = useTexts(texts);
  const { id, name, uses, maxUses } = enrolmentKey;
  const revoke = useAct(
    () => answer(api.DELETE('/api/v1/enrolment-tokens/{id}', { params: { path: { id } } })),
    {
      stale: ['keys'],
      onDone: () => {
        toast({ message: t('revoked', { name }) });
        onClose();
      },
    },
  );
  return (
    <ConfirmDialog
      opened
      title={t('revokeTitle', { name })}
      act={t('revokeIt')}
      danger
      pending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{t('revokeWhat', { count: maxUses - uses })}</Text>
      <Text size="sm">{uses === 0 ? t('revokeNone') : t('revokeStay', { count: uses })}</Text>
    </ConfirmDialog>
  );
}

function useKeyColumns(onRevoke: (key: EnrolmentToken) => void): Column<EnrolmentToken>[] {
  const t = useTexts(texts);
  const { time, ago, number } = useFormats();
  return useMemo(
    () => [
      {
        key: 'name',
        header: t('name'),
        width: 'minmax(0, 1.6fr)',
        cell: ({ name, autoBind }) => (
          <TwoLines
            strong
            long
            first={name}
            second={
              autoBind === null
                ? t('toInbox')
                : t('toCustomer', { customer: autoBind.customerName, plan: autoBind.planName })
            }
          />
        ),
      },
      {
        key: 'state',
        header: t('state'),
        width: 'minmax(7.5rem, 1fr)',
        cell: (key) => (
          <div>
            <KeyChip enrolmentKey={key} />
            <Text size="xs" c="dimmed" mt={2}>
              {t('used', { uses: number(key.uses), limit: number(key.maxUses) })}
            </Text>
          </div>
        ),
      },
      {
        key: 'until',
        header: t('until'),
        width: 'minmax(0, 1fr)',
        from: 'sm',
        cell: ({ expiresAt }) => <TwoLines first={ago(expiresAt)} second={time(expiresAt)} />,
      },
      {
        key: 'last',
        header: t('lastUsed'),
        width: 'minmax(0, 1fr)',
        from: 'md',
        cell: ({ lastUsedAt }) => (
          <Text size="sm" {...(lastUsedAt === null ? { c: 'dimmed' } : { title: time(lastUsedAt) })}>
            {lastUsedAt === null ? t('never') : ago(lastUsedAt)}
          </Text>
        ),
      },
      {
        key: 'acts',
        header: t('acts'),
        quiet: true,
        width: '7rem',
        cell: (key) => (
          <Button
            size="xs"
            variant="default"
            aria-label={t('revokeNamed', { name: key.name })}
            onClick={() => onRevoke(key)}
          >
            {t('revoke')}
          </Button>
        ),
      },
    ],
    [t, time, ago, number, onRevoke],
  );
}
