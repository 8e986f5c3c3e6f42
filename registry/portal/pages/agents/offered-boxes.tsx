import { Button, Group, Text, Title } from '@mantine/core';
import { IconTruckDelivery } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { AgentOffer } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { useAct } from '../../parts/act.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { toast } from '../../parts/toasts.js';
import classes from './agents.module.css';
import { texts } from './texts.js';

/** Boxes that another integrator offers; nothing where none is (R44). */
export function OfferedBoxes() {
  const t = useTexts(texts);
  const { ago } = useFormats();
  const [asked, setAsked] = useState<{ act: 'accept' | 'decline'; offer: AgentOffer } | null>(null);
  const { data } = useQuery({
    queryKey: ['agents', 'offers'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/agent-offers', { signal })),
    refetchInterval: useAskingAgainMs(),
  });
  const offers = data?.items ?? [];
  if (offers.length === 0) return null;
  return (
    <section className={classes['waiting']} aria-labelledby="offered-boxes">
      <Title order={2} size="h5" id="offered-boxes" className={classes['waitingTitle'] ?? ''}>
        <IconTruckDelivery size={20} stroke={1.7} aria-hidden />
        {t('offers', { count: offers.length })}
      </Title>
      <ul className={classes['waitingList']}>
        {offers.map((offer) => (
          <li key={offer.id} className={classes['waitingBox']}>
            <div className={classes['waitingWhat']}>
              <Text size="sm" fw={600} truncate>
                {offer.name}
              </Text>
              <Text size="sm">{t('offerComes', { count: offer.cameras, to: offer.to.name })}</Text>
              <Text size="xs" c="dimmed">
                {t('offerFrom', { from: offer.from, ago: ago(offer.offeredAt) })}
              </Text>
            </div>
            <Group gap="xs">
              <Button
                size="xs"
                aria-label={t('acceptNamed', { name: offer.name })}
                onClick={() => setAsked({ act: 'accept', offer })}
              >
                {t('accept')}
              </Button>
              <Button
                size="xs"
                variant="default"
                aria-label={t('declineNamed', { name: offer.name })}
                onClick={() => setAsked({ act: 'decline', offer })}
              >
                {t('decline')}
              </Button>
            </Group>
          </li>
        ))}
      </ul>
      {asked !== null && <AnswerDialog {...asked} onClose={() => setAsked(null)} />}
    </section>
  );
}

function AnswerDialog({
  act,
  offer: { id, name, cameras, from, to },
  onClose,
}: {
  act: 'accept' | 'decline';
  offer: AgentOffer;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const path = { params: { path: { id } } };
  const words =
    act === 'accept'
      ? {
          title: t('acceptTitle', { name }),
          act: t('acceptIt', { count: cameras }),
          what: t('acceptWhat', { from, to: to.name }),
          done: t('accepted', { name }),
        }
      : {
          title: t('declineTitle', { name }),
          act: t('declineIt'),
          what: t('declineWhat', { from, to: to.name }),
          done: t('declined', { name }),
        };
  const decide = useAct(
    async () => {
      if (act === 'accept') await answer(api.POST('/api/v1/agent-offers/{id}:accept', path));
      else await answer(api.POST('/api/v1/agent-offers/{id}:decline', path));
    },
    {
      stale: ['agents', 'cameras', 'history', 'home'],
      onDone: () => {
        toast({ message: words.done });
        onClose();
      },
    },
  );
  return (
    <ConfirmDialog
      opened
      title={words.title}
      act={words.act}
      pending={decide.isPending}
      error={decide.error}
      onConfirm={() => decide.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{words.what}</Text>
    </ConfirmDialog>
  );
}
