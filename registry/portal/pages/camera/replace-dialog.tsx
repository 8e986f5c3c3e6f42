import '@mantine/core/styles/Radio.css';
import { Button, Group, Radio, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { toast } from '../../parts/toasts.js';
import { texts } from './texts.js';

/** Puts new hardware in the place of this camera: what it was registered as is gone afterwards (R43). */
export function ReplaceDialog({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const t = useTexts(texts);
  const client = useQueryClient();
  const [byCameraId, setBy] = useState<string | null>(null);
  const waiting = useQuery({
    queryKey: ['cameras', 'unbound', camera.agent.id],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/cameras', {
          params: { query: { agent: camera.agent.id, unbound: 'true', limit: 50 } },
          signal,
        }),
      ),
  });
  const replace = useMutation({
    mutationFn: (by: string) =>
      answer(
        api.POST('/api/v1/cameras/{id}:replace', {
          params: { path: { id: camera.id } },
          body: { byCameraId: by },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['cameras'] });
      toast({ message: t('replaced', { name: camera.name }) });
      onClose();
    },
  });
  const others = waiting.data?.items.filter(({ id }) => id !== camera.id) ?? [];
  return (
    <Dialog opened onClose={onClose} title={t('replaceTitle', { name: camera.name })} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (byCameraId !== null) replace.mutate(byCameraId);
        }}
      >
        <Stack>
          <Text size="sm">{t('replaceWhat')}</Text>
          {waiting.isError && <ErrorNotice error={waiting.error} onRetry={() => void waiting.refetch()} />}
          {waiting.isPending && <Skeleton height={80} />}
          {waiting.isSuccess && others.length === 0 && <Text fw={600}>{t('replaceNone')}</Text>}
          {others.length > 0 && (
            <Radio.Group label={t('replaceBy')} value={byCameraId} onChange={setBy}>
              <Stack gap="xs" mt="xs">
                {others.map(({ id, name, manufacturer, model, address }) => (
                  <Radio
                    key={id}
                    value={id}
                    label={name}
                    description={[manufacturer, model, address].filter((part) => part !== null).join(' · ')}
                  />
                ))}
              </Stack>
            </Radio.Group>
          )}
          {replace.error !== null && <ErrorNotice error={replace.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" disabled={byCameraId === null} loading={replace.isPending}>
              {t('replaceIt')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
