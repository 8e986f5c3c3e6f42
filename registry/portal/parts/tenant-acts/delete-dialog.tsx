import { Alert, Anchor, List, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DeletionNumbers, Tenant } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../confirm-dialog.js';
import { ErrorNotice } from '../error-notice.js';
import { toast } from '../toasts.js';
import { deletionPreview, useDelete } from './queries.js';
import { texts } from './texts.js';

/** R24: the numbers, the typed word, and what can be done instead. */
export function DeleteDialog({
  tenant,
  onClose,
  onDisable,
  onDeleted,
}: {
  tenant: Tenant;
  onClose: () => void;
  /** Null when it is disabled already. */
  onDisable: (() => void) | null;
  onDeleted: () => void;
}) {
  const t = useTexts(texts);
  const { id, name } = tenant;
  const preview = useQuery(deletionPreview(id));
  const remove = useDelete(id);
  const numbers = preview.data ?? null;
  return (
    <ConfirmDialog
      opened
      title={t('deleteTitle', { name })}
      act={t('deleteAct', { name })}
      danger
      word="Delete"
      ready={numbers !== null && numbers.legalHolds === 0}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            toast({ message: t('deleteBegun', { name }) });
            onDeleted();
          },
        })
      }
      onClose={onClose}
    >
      {preview.isError && <ErrorNotice error={preview.error} onRetry={() => void preview.refetch()} />}
      {numbers === null ? <Skeleton height={96} aria-label={t('pending')} /> : <Numbers numbers={numbers} />}
      {onDisable !== null && (
        <Text size="sm">
          {t('deleteInsteadWhy')}{' '}
          <Anchor component="button" type="button" size="sm" onClick={onDisable}>
            {t('deleteInstead')}
          </Anchor>
        </Text>
      )}
    </ConfirmDialog>
  );
}

function Numbers({ numbers }: { numbers: DeletionNumbers }) {
  const t = useTexts(texts);
  const { bytes } = useFormats();
  const lines = [
    t('deleteUsers', { count: numbers.users }),
    t('deleteRecordings', { count: numbers.recordings, size: bytes(numbers.sizeBytes) }),
    ...(numbers.roles > 0 ? [t('deleteRoles', { count: numbers.roles })] : []),
    ...(numbers.links > 0 ? [t('deleteLinks', { count: numbers.links })] : []),
    ...(numbers.apiKeys > 0 ? [t('deleteKeys', { count: numbers.apiKeys })] : []),
  ];
  return (
    <div>
      <Text size="sm" mb={4}>
        {t('deleteGone')}
      </Text>
      <List spacing={2}>
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
      {numbers.cameras > 0 && (
        <Text size="sm" mt="xs">
          {t('deleteCameras', { count: numbers.cameras })}
        </Text>
      )}
      {numbers.legalHolds > 0 && (
        <Alert color="red" variant="outline" mt="sm">
          {t('deleteHeld', { count: numbers.legalHolds })}
        </Alert>
      )}
    </div>
  );
}
