import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../confirm-dialog.js';
import { useChangeCameras } from './acts.js';
import { previewChange, type Select } from './changes.js';
import { Preview } from './preview.js';
import { texts } from './texts.js';

const words = {
  unbind: { title: 'unbindTitle', what: 'unbindWhat', go: 'unbindCount' },
  disable: { title: 'turnOffTitle', what: 'turnOffWhat', go: 'turnOffCount' },
  enable: { title: 'turnOnTitle', what: 'turnOnWhat', go: 'turnOnCount' },
} as const;

/** Shows the numbers of a dry run, then carries the change out. */
export function ChangeDialog({
  select,
  count,
  act,
  onClose,
  onDone,
}: {
  select: Select;
  count: number;
  act: keyof typeof words;
  onClose: () => void;
  onDone: () => void;
}) {
  const t = useTexts(texts);
  const change = useChangeCameras();
  const preview = useQuery({
    queryKey: ['cameras', 'preview', act, select],
    queryFn: () => previewChange(select, { act }),
    staleTime: 0,
    gcTime: 0,
  });
  const changing = preview.data?.changes.reduce((sum, one) => sum + one.count, 0) ?? count;
  const { title, what, go } = words[act];
  return (
    <ConfirmDialog
      opened
      title={t(title)}
      act={t(go, { count: changing })}
      danger={act !== 'enable'}
      ready={preview.data !== undefined && changing > 0}
      pending={change.isPending}
      error={change.error}
      onConfirm={() =>
        change.mutate(
          { select, what: { act } },
          {
            onSuccess: () => {
              onClose();
              onDone();
            },
          },
        )
      }
      onClose={onClose}
    >
      <Text size="sm">{t(what)}</Text>
      <Preview query={preview} />
    </ConfirmDialog>
  );
}
