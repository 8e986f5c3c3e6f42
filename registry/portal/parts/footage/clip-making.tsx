import { Alert, Button, Progress, Stack, Text } from '@mantine/core';
import { IconDownload, IconShare } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import { DialogActs } from '../dialog-acts.js';
import type { Clip } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { ErrorNotice } from '../error-notice.js';
import { clipFile, isBeingMade } from './clip.js';
import { lazyDialog } from '../lazy-dialog.js';
import { useDuration } from './duration.js';
import { texts } from './texts.js';

const ShareForm = lazyDialog(async () => (await import('./share-form.js')).ShareForm);

const everyMs = 700;

/** A clip from its order to its file; it goes on when the dialog is closed. */
export function ClipMaking({ clip: ordered, onClose }: { clip: Clip; onClose: () => void }) {
  const t = useTexts(texts);
  const { bytes } = useFormats();
  const duration = useDuration();
  const client = useQueryClient();
  const [sharing, setSharing] = useState(false);
  const { data: clip = ordered } = useQuery({
    queryKey: ['clips', ordered.id],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/clips/{id}', { params: { path: { id: ordered.id } }, signal })),
    refetchInterval: ({ state }) => (isBeingMade(state.data ?? ordered) ? everyMs : false),
  });
  const cancel = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/v1/operations/{id}:cancel', { params: { path: { id: clip.operationId } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['clips'] }),
  });
  const again = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/clips/{id}:retry', { params: { path: { id: clip.id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['clips'] }),
  });
  if (sharing) return <ShareForm what={{ clipId: clip.id }} forName={clip.name} onClose={onClose} />;
  switch (clip.state) {
    case 'queued':
    case 'running':
      return (
        <Stack>
          <Text size="sm" aria-live="polite">
            {t('making', { percent: clip.progress })}
          </Text>
          <Progress value={clip.progress} aria-label={t('makingClip')} animated />
          <Text size="sm" c="dimmed">
            {t('goesOn')}
          </Text>
          <DialogActs>
            <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              {t('stopMaking')}
            </Button>
            <Button onClick={onClose}>{t('goOnInBackground')}</Button>
          </DialogActs>
        </Stack>
      );
    case 'failed':
    case 'cancelled':
      return (
        <Stack>
          <Alert color="red" variant="outline" title={t('clipFailed')}>
            {clip.failure ?? t('clipCancelled')}
          </Alert>
          {again.error !== null && <ErrorNotice error={again.error} />}
          <DialogActs>
            <Button variant="default" onClick={onClose}>
              {t('close')}
            </Button>
            <Button loading={again.isPending} onClick={() => again.mutate()}>
              {t('makeAgain')}
            </Button>
          </DialogActs>
        </Stack>
      );
    case 'done':
      return (
        <Stack>
          <Text size="sm" role="status">
            {t('clipReady', {
              length: duration((clip.durationSeconds ?? 0) * 1_000),
              size: bytes(clip.sizeBytes ?? 0),
            })}
          </Text>
          {(clip.gaps?.length ?? 0) > 0 && (
            <Text size="sm" c="dimmed">
              {t('clipGaps', { count: clip.gaps?.length ?? 0 })}
            </Text>
          )}
          <DialogActs>
            <Button
              variant="default"
              leftSection={<IconShare size={16} aria-hidden />}
              onClick={() => setSharing(true)}
            >
              {t('share')}
            </Button>
            <Button
              component="a"
              href={clipFile(clip)}
              download={clip.fileName}
              leftSection={<IconDownload size={16} aria-hidden />}
            >
              {t('download')}
            </Button>
          </DialogActs>
        </Stack>
      );
    default:
      return clip.state satisfies never;
  }
}
