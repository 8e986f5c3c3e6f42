import '@mantine/core/styles/Radio.css';
import { Button, Group, Radio, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { toast } from '../../parts/toasts.js';
import { useTenantId } from '../../shell/scope.js';
import { useAgentAct } from './queries.js';
import { texts } from './texts.js';

/** Puts another box in the place of this one: it takes over the cameras with everything that is theirs (R43). */
export function ReplaceDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  const navigate = useNavigate();
  const [byAgentId, setBy] = useState<string | null>(null);
  const known = useQuery({
    queryKey: ['agents', 'of', agent.integrator.id],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/agents', { params: { query: { tenant: agent.integrator.id, limit: 200 } }, signal }),
      ),
  });
  const replace = useAgentAct(
    (by: string) =>
      answer(
        api.POST('/api/v1/agents/{id}:replace', {
          params: { path: { id: agent.id } },
          body: { byAgentId: by },
        }),
      ),
    ({ replacedById, cameras }) => {
      toast({ message: t('replacedNow', { name: agent.name, count: cameras }) });
      void navigate({ to: '/o/$tenantId/boxes/$agentId', params: { tenantId, agentId: replacedById } });
    },
  );
  // New hardware is a box of the same integrator that still counts; newest first, for it has just come in.
  const others =
    known.data?.items
      .filter(
        ({ id, integrator, ending }) =>
          id !== agent.id && integrator.id === agent.integrator.id && ending === null,
      )
      .toReversed() ?? [];
  return (
    <Dialog opened onClose={onClose} title={t('replaceTitle', { name: agent.name })} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (byAgentId !== null) replace.mutate(byAgentId);
        }}
      >
        <Stack>
          <Text size="sm">{t('replaceWhat', { count: agent.cameras })}</Text>
          {known.isError && <ErrorNotice error={known.error} onRetry={() => void known.refetch()} />}
          {known.isPending && <Skeleton height={80} />}
          {known.isSuccess && others.length === 0 && <Text fw={600}>{t('replaceNone')}</Text>}
          {others.length > 0 && (
            <Radio.Group label={t('replaceBy')} value={byAgentId} onChange={setBy}>
              <Stack gap="xs" mt="xs">
                {others.map(({ id, name, hostname, cameras, sentence }) => (
                  <Radio
                    key={id}
                    value={id}
                    label={name}
                    description={[hostname, t('cameras', { count: cameras }), sentence].join(' · ')}
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
            <Button type="submit" disabled={byAgentId === null} loading={replace.isPending}>
              {t('replaceIt', { count: agent.cameras })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
