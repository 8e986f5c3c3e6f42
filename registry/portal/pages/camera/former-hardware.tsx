import { Button, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Camera } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useAct } from '../../parts/act.js';
import { Card } from '../../parts/card.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { Facts } from '../../parts/facts.js';
import { toast } from '../../parts/toasts.js';
import { texts } from './texts.js';
import { keyIs } from './words.js';

/** The device that had the camera's place before: while it is remembered it is no new camera. Nothing where none was. */
export function FormerHardware({ camera: { id, name } }: { camera: Camera }) {
  const t = useTexts(texts);
  const { ago } = useFormats();
  const [asked, setAsked] = useState(false);
  const former = useQuery({
    queryKey: ['cameras', 'former', id],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/cameras/{id}/replaced-hardware', { params: { path: { id } }, signal })),
  });
  const forget = useAct(
    () => answer(api.POST('/api/v1/cameras/{id}:forgetReplaced', { params: { path: { id } } })),
    {
      stale: ['cameras', 'history'],
      onDone: () => {
        toast({ message: t('formerForgotten', { name }) });
        setAsked(false);
      },
    },
  );
  const keys = former.data?.items ?? [];
  if (keys.length === 0) return null;
  const seenAt = keys.find((key) => key.seenAt !== null)?.seenAt ?? null;
  return (
    <Card
      id="former"
      title={t('former')}
      trouble={seenAt !== null}
      action={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconHistory size={16} aria-hidden />}
          onClick={() => setAsked(true)}
        >
          {t('formerForget')}
        </Button>
      }
    >
      <Text size="sm">{seenAt === null ? t('formerGone') : t('formerSeen', { ago: ago(seenAt) })}</Text>
      <Facts facts={keys.map(({ kind, value }) => [t(keyIs[kind]), value])} />
      {asked && (
        <ConfirmDialog
          opened
          title={t('formerForgetTitle', { name })}
          act={t('formerForgetIt')}
          pending={forget.isPending}
          error={forget.error}
          onConfirm={() => forget.mutate()}
          onClose={() => setAsked(false)}
        >
          <Text size="sm">{t('formerForgetWhat')}</Text>
          <Text size="sm">{t('formerForgetStays', { name })}</Text>
        </ConfirmDialog>
      )}
    </Card>
  );
}
