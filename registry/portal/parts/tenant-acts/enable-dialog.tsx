import { Checkbox, List, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Tenant } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../confirm-dialog.js';
import { ErrorNotice } from '../error-notice.js';
import { useProblemWords } from '../problem-words.js';
import { useTenantLine } from '../tenant-line.js';
import { toast } from '../toasts.js';
import { switchPreview, useEnable, useRefreshTenants } from './queries.js';
import { texts } from './texts.js';

/** P17: what enabling starts. Every camera goes on unless the ones that had been off are kept off (R16). */
export function EnableDialog({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const t = useTexts(texts);
  const { id, name, kind } = tenant;
  const preview = useQuery(switchPreview(id, 'enable'));
  const enable = useEnable(id);
  const refresh = useRefreshTenants();
  const [keepOff, setKeepOff] = useState(false);
  const line = useTenantLine();
  const problem = useProblemWords();
  const impact = preview.data?.impact ?? null;
  // An integrator's switch leaves every switch below as it is (R17).
  const wasOff = kind === 'customer' ? (impact?.switchedOff ?? 0) : 0;
  const cameras = (impact?.cameras ?? 0) - (kind !== 'customer' || keepOff ? (impact?.switchedOff ?? 0) : 0);

  const offAgain = async (ids: string[]) => {
    try {
      await answer(
        api.POST('/api/v1/cameras:disable', { params: { query: {} }, body: { ids, atomic: false } }),
      );
    } catch (error) {
      toast({ tone: 'bad', message: problem(error).detail });
    }
    refresh();
  };
  const tell = () =>
    enable.mutate(keepOff ? 'previous' : 'all', {
      onSuccess: ({ tenant: now, hadBeenOff }) => {
        const ids = hadBeenOff.cameras.map((camera) => camera.id);
        const turnedOn = !keepOff && ids.length > 0;
        toast({
          message: now.effective.active
            ? turnedOn
              ? t('hadBeenOff', { count: ids.length })
              : t('enabled', { name })
            : t('onButNot', { line: line(now) }),
          ...(turnedOn
            ? { action: { label: t('offAgain', { count: ids.length }), run: () => void offAgain(ids) } }
            : {}),
        });
        onClose();
      },
    });
  return (
    <ConfirmDialog
      opened
      title={t('enableTitle', { name })}
      act={cameras === 0 ? t('enableNone', { name }) : t('enableCameras', { count: cameras })}
      ready={impact !== null}
      pending={enable.isPending}
      error={enable.error}
      onConfirm={tell}
      onClose={onClose}
    >
      {preview.isError && <ErrorNotice error={preview.error} onRetry={() => void preview.refetch()} />}
      {impact === null ? (
        <Skeleton height={48} aria-label={t('pending')} />
      ) : (
        <Stack gap="sm">
          <List spacing={4}>
            <List.Item>{cameras === 0 ? t('recordsNone') : t('records', { count: cameras })}</List.Item>
            {wasOff > 0 && <List.Item>{t('wasOff', { count: wasOff })}</List.Item>}
          </List>
          {wasOff > 0 && (
            <Checkbox
              label={t('keepOff')}
              checked={keepOff}
              onChange={(event) => setKeepOff(event.currentTarget.checked)}
            />
          )}
        </Stack>
      )}
    </ConfirmDialog>
  );
}
