import { Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Operation } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { previewTakingBack, takeBack } from '../camera-acts/changes.js';
import { Preview } from '../camera-acts/preview.js';
import { ConfirmDialog } from '../confirm-dialog.js';
import { toast } from '../toasts.js';
import { undoOf } from './queries.js';
import { texts } from './texts.js';
import { useKindWords } from './words.js';

/** Takes an operation back, the numbers first: meanwhile cameras may have become something else. */
export function UndoDialog({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  const t = useTexts(texts);
  const words = useKindWords();
  const client = useQueryClient();
  const undo = undoOf(operation);
  const preview = useQuery({
    queryKey: ['cameras', 'preview', 'undo', operation.id],
    queryFn: () => previewTakingBack(undo),
    staleTime: 0,
    gcTime: 0,
  });
  const taking = useMutation({
    mutationFn: () => takeBack(undo),
    onSuccess: async () => {
      toast({ message: t('undone', { kind: words(operation) }) });
      onClose();
      await client.invalidateQueries();
    },
  });
  const count = preview.data?.changes.reduce((sum, one) => sum + one.count, 0) ?? 0;
  return (
    <ConfirmDialog
      opened
      title={t('undoTitle')}
      act={t('undoCount', { count })}
      ready={count > 0}
      pending={taking.isPending}
      error={taking.error}
      onConfirm={() => taking.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{t('undoWhat')}</Text>
      <Preview query={preview} />
    </ConfirmDialog>
  );
}
